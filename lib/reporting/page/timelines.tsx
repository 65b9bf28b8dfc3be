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
  readonly bad: boolean;
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
  const bad = lanes.filter((lane) => lane.bad);
  const others = lanes.filter((lane) => !lane.bad);
  const preferred =
    bad.length > 0 ? bad.slice(0, FIRST_OPEN) : others.filter(({ id }) => id.startsWith('ISO')).slice(0, 1);
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
      {bad.length === 0 ? null : (
        <>
          <h3>{`${bad.length} with a violation`}</h3>
          {list(bad)}
        </>
      )}
      {others.length === 0 ? null : (
        <>
          <h3>
            {bad.length === 0 ? `${others.length} checks with connections` : `${others.length} without`}
          </h3>
          <div class="lanes" tabindex={0} role="region" aria-label="Timelines without a violation">
            {list(others)}
          </div>
        </>
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
  const own = sessions.get(null) ?? [];
  const ofRun: Lane = {
    id: 'run',
    title: 'preflight ladder and probes of the run itself',
    sessions: own,
    bad: own.some(({ bad }) => bad),
  };
  const ofChecks = checks.map(({ id, title, verdict }): Lane => {
    const mine = sessions.get(id) ?? [];
    return { id, title, sessions: mine, bad: verdict === 'failed' };
  });
  return [...ofChecks, ofRun].filter((lane) => lane.sessions.length > 0);
}
