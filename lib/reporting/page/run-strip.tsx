import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { CheckRow } from './page-data.ts';
import { allSessions, type Session } from './sessions.ts';
import { duration, type Wire } from './wire.ts';

const WIDTH = 1_000;
const ROW = 12;

/** The whole run at a glance: a bar for each connection, a row for each phase. */
export function RunStrip({
  checks,
  wire,
}: {
  readonly checks: readonly CheckRow[];
  readonly wire: Wire;
}): JSX.Element | null {
  const rows = useMemo(() => rowsOf(checks, wire), [checks, wire]);
  const all = rows.flatMap(({ sessions }) => sessions);
  if (all.length === 0) return null;
  const endMs = Math.max(...all.map((session) => session.endMs));
  const x = (ms: number): number => Math.round((ms / endMs) * WIDTH * 10) / 10;
  const bars = (sessions: readonly Session[], y: number): string =>
    sessions
      .map(({ startMs, endMs: end }) => {
        const width = Math.max(1.5, x(end) - x(startMs));
        return `M${x(startMs)} ${y}h${width}v${ROW - 3}h${-width}z`;
      })
      .join('');
  return (
    <figure class="strip">
      <figcaption>
        {`${all.length} connections over ${duration(endMs)}, one row per phase; part of a violation, in full colour: ${all.filter(({ bad }) => bad).length}`}
      </figcaption>
      <div class="strip-rows">
        <ul aria-hidden="true">
          {rows.map(({ name }) => (
            <li key={name}>{name}</li>
          ))}
        </ul>
        <svg
          viewBox={`0 0 ${WIDTH} ${rows.length * ROW}`}
          height={rows.length * ROW}
          preserveAspectRatio="none"
          aria-hidden="true"
        >
          {rows.map(({ name, sessions }, at) => (
            <g key={name}>
              <path
                class="strip-good"
                d={bars(
                  sessions.filter(({ bad }) => !bad),
                  at * ROW,
                )}
              />
              <path
                class="strip-bad"
                d={bars(
                  sessions.filter(({ bad }) => bad),
                  at * ROW,
                )}
              />
            </g>
          ))}
        </svg>
      </div>
    </figure>
  );
}

function rowsOf(
  checks: readonly CheckRow[],
  wire: Wire,
): readonly { readonly name: string; readonly sessions: readonly Session[] }[] {
  const phaseOf = new Map(checks.map(({ id, phase }) => [id, phase]));
  const rows = new Map<string, Session[]>();
  for (const [check, sessions] of allSessions(wire)) {
    const phase = check === null ? undefined : phaseOf.get(check);
    const name = phase === undefined ? 'ladder' : `phase ${phase}`;
    rows.set(name, [...(rows.get(name) ?? []), ...sessions]);
  }
  return [...rows]
    .map(([name, sessions]) => ({ name, sessions }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
