import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { CheckRow } from './page-data.ts';
import { sessionsOf } from './sessions.ts';
import { Timeline } from './timeline.tsx';
import { duration, type Wire } from './wire.ts';
import { Links, WordMark } from './word.tsx';

/** One check in a line; what was expected and seen, with its timeline, when it is opened. */
export function Check({
  check,
  wire,
  isOpen,
  onToggle,
}: {
  readonly check: CheckRow;
  readonly wire: Wire;
  readonly isOpen: boolean;
  readonly onToggle: (isOpen: boolean) => void;
}): JSX.Element {
  return (
    <details
      id={`check-${check.id}`}
      class={`check tone-${check.word.tone}`}
      open={isOpen}
      onToggle={(event) => onToggle(event.currentTarget.open)}
    >
      <summary>
        <WordMark word={check.word} />
        <span class="id">{check.id}</span>
        <span class="title">{check.title}</span>
        <span class="meta">{`${check.severity}, ${check.owner}`}</span>
        <span class="meta number">{check.durationMs === null ? '-' : duration(check.durationMs)}</span>
      </summary>
      {isOpen ? <Detail check={check} wire={wire} /> : null}
    </details>
  );
}

function Detail({ check, wire }: { readonly check: CheckRow; readonly wire: Wire }): JSX.Element {
  const sessions = useMemo(() => sessionsOf(wire, check.id), [check.id]);
  return (
    <div class="detail">
      {check.violations.map((violation, at) => (
        <dl key={at} class="contrast">
          <div>
            <dt>Rule</dt>
            <dd>
              <strong>{violation.rule}</strong>
              {`, ${violation.where}`}
            </dd>
          </div>
          <div>
            <dt>Expected</dt>
            <dd>{violation.expected}</dd>
          </div>
          <div>
            <dt>Got</dt>
            <dd>
              {violation.actual} <Links to="evidence" ids={violation.evidence} />
            </dd>
          </div>
        </dl>
      ))}
      {check.reason === null ? null : (
        <p>
          <strong>{check.reason.code}</strong>
          {` ${check.reason.message}${check.reason.next === null ? '' : ` Next: ${check.reason.next}`}`}
        </p>
      )}
      <dl class="facts">
        <Fact name="Blocked by" value={check.blockedBy} />
        <Fact name="Occurred" value={check.occurred} />
        <Fact name="Attempts" value={check.attempts} />
        <Fact name="Observed" value={check.observed.join(', ') || null} />
        <Fact name="Warnings" value={check.warnings.join('; ') || null} />
        <Fact name="Spec" value={check.file} />
        <div>
          <dt>Evidence</dt>
          <dd>{check.refs.length === 0 ? 'none' : <Links to="evidence" ids={check.refs} max={24} />}</dd>
        </div>
      </dl>
      {sessions.length === 0 ? null : <Timeline sessions={sessions} name={`check ${check.id}`} />}
    </div>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string | null }): JSX.Element | null {
  if (value === null) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
