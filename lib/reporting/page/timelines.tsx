import type { JSX } from 'preact';
import { useLayoutEffect, useMemo, useState } from 'preact/hooks';
import { afterJump, onLink } from './links.ts';
import type { CheckRow } from './page-data.ts';
import { RunStrip } from './run-strip.tsx';
import { allSessions, type Session } from './sessions.ts';
import { Timeline } from './timeline.tsx';
import type { Wire } from './wire.ts';

interface Lane {
  readonly id: string;
  readonly title: string;
  readonly sessions: readonly Session[];
  /** Behind what a failed check cites, with a violation that no failed check cites, or calm. */
  readonly standing: 'behind' | 'beside' | 'calm';
}

/** Timelines that are open from the start. */
const FIRST_OPEN = 1;

/** The connections of each check; what broke a promise comes first, and one timeline is drawn when it is opened. */
export function Timelines({
  checks,
  wire,
}: {
  readonly checks: readonly CheckRow[];
  readonly wire: Wire;
}): JSX.Element {
  const lanes = useMemo(() => lanesOf(checks, wire), [checks, wire]);
  const [behind, beside, calm] = (['behind', 'beside', 'calm'] as const).map((standing) =>
    lanes.filter((lane) => lane.standing === standing),
  );
  const bad = [...(behind ?? []), ...(beside ?? [])];
  const preferred =
    bad.length > 0 ? bad.slice(0, FIRST_OPEN) : lanes.filter(({ id }) => id.startsWith('ISO')).slice(0, 1);
  const [opened, setOpened] = useState<ReadonlySet<string>>(() => new Set(preferred.map(({ id }) => id)));
  useLayoutEffect(() => {
    onLink('timeline', (id) => {
      setOpened((before) => new Set([...before, id]));
      afterJump(() => document.getElementById(`timeline-${id}`)?.scrollIntoView({ block: 'start' }));
    });
  }, []);
  if (lanes.length === 0) return <p class="quiet">No connection was opened in this run.</p>;
  const list = (of: readonly Lane[]): JSX.Element[] =>
    of.map((lane) => (
      <LaneDetails
        key={lane.id}
        lane={lane}
        isOpen={opened.has(lane.id)}
        onToggle={(isOpen) =>
          setOpened((before) => {
            if (before.has(lane.id) === isOpen) return before;
            return new Set(isOpen ? [...before, lane.id] : [...before].filter((id) => id !== lane.id));
          })
        }
      />
    ));
  return (
    <>
      <RunStrip checks={checks} wire={wire} />
      <Group title="behind a failed check" lanes={behind ?? []} list={list} />
      <Group title="with a violation on the wire, beside those" lanes={beside ?? []} list={list} isLong />
      <Group
        title={bad.length === 0 ? 'with connections, none with a violation' : 'without a violation'}
        lanes={calm ?? []}
        list={list}
        isLong
      />
    </>
  );
}

/** Timelines of one kind under a heading that counts them; a long list scrolls in a box of its own. */
function Group({
  title,
  lanes,
  list,
  isLong = false,
}: {
  readonly title: string;
  readonly lanes: readonly Lane[];
  readonly list: (of: readonly Lane[]) => JSX.Element[];
  readonly isLong?: boolean;
}): JSX.Element | null {
  if (lanes.length === 0) return null;
  return (
    <>
      <h3>{`${counted(lanes.length, 'timeline')} ${title}`}</h3>
      {isLong ? (
        <div class="lanes" tabindex={0} role="region" aria-label={`Timelines ${title}`}>
          {list(lanes)}
        </div>
      ) : (
        list(lanes)
      )}
    </>
  );
}

function LaneDetails({
  lane,
  isOpen,
  onToggle,
}: {
  readonly lane: Lane;
  readonly isOpen: boolean;
  readonly onToggle: (isOpen: boolean) => void;
}): JSX.Element {
  const { id, title, sessions } = lane;
  const users = new Set(sessions.map(({ user }) => user)).size;
  return (
    <details
      id={`timeline-${id}`}
      class="lane-details"
      open={isOpen}
      onToggle={(event) => onToggle(event.currentTarget.open)}
    >
      <summary>
        <span class="id">{id}</span>
        <span class="title">{title}</span>
        <span class="meta">{`${counted(sessions.length, 'connection')}, ${counted(users, 'user')}`}</span>
      </summary>
      {isOpen ? <Timeline sessions={sessions} name={id} /> : null}
    </details>
  );
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function lanesOf(checks: readonly CheckRow[], wire: Wire): readonly Lane[] {
  const sessions = allSessions(wire);
  const cited = new Set(checks.flatMap(({ violations }) => violations.flatMap(({ evidence }) => evidence)));
  const lane = (id: string, title: string, own: readonly Session[], isFailed: boolean): Lane => ({
    id,
    title,
    sessions: own,
    standing:
      isFailed || own.some(({ records }) => records.some((record) => cited.has(record.id)))
        ? 'behind'
        : own.some(({ bad }) => bad)
          ? 'beside'
          : 'calm',
  });
  const ofChecks = checks.map(({ id, title, verdict }) =>
    lane(id, title, sessions.get(id) ?? [], verdict === 'failed'),
  );
  const ofRun = lane('run', 'preflight ladder and probes of the run itself', sessions.get(null) ?? [], false);
  return [...ofChecks, ofRun].filter((one) => one.sessions.length > 0);
}
