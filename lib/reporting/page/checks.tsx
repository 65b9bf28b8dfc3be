import type { JSX } from 'preact';
import { useLayoutEffect, useMemo, useState } from 'preact/hooks';
import { afterJump, onLink } from './links.ts';
import type { CheckRow } from './page-data.ts';
import { Timeline } from './timeline.tsx';
import { sessionsOf } from './sessions.ts';
import { duration, type Wire } from './wire.ts';
import { EvidenceLinks, WordMark } from './word.tsx';

const PHASES = [
  'preflight',
  'compatibility',
  'performance',
  'resilience',
  'golden path',
  'security',
  'breaker',
] as const;

interface Props {
  readonly checks: readonly CheckRow[];
  readonly wire: Wire;
}

/** Every check of the plan by phase, filtered by text and verdict; a row opens what was seen. */
export function Checks({ checks, wire }: Props): JSX.Element {
  const [text, setText] = useState('');
  const [verdict, setVerdict] = useState<string | null>(null);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const verdicts = useMemo(() => countBy(checks), [checks]);
  const shown = useMemo(() => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    return checks.filter(
      (check) =>
        (verdict === null || check.verdict === verdict) &&
        words.every((word) => haystack(check).includes(word)),
    );
  }, [checks, text, verdict]);
  const toggle = (id: string, isOpen: boolean): void => {
    setOpened((before) => {
      if (before.has(id) === isOpen) return before;
      const after = new Set(before);
      if (isOpen) after.add(id);
      else after.delete(id);
      return after;
    });
  };
  useLayoutEffect(() => {
    onLink('check', (id) => {
      setText('');
      setVerdict(null);
      toggle(id, true);
      afterJump(() => {
        const row = document.getElementById(`check-${id}`);
        row?.scrollIntoView({ block: 'start' });
        row?.querySelector('summary')?.focus({ preventScroll: true });
      });
    });
  }, []);
  const phases = [...new Set(shown.map(({ phase }) => phase))].toSorted((a, b) => a - b);
  return (
    <>
      <div class="filters" role="search" aria-label="Filter checks">
        <label>
          Filter
          <input
            id="check-filter"
            type="search"
            placeholder="id, title, owner, rule"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'ArrowDown') {
                event.preventDefault();
                document.querySelector<HTMLElement>('.check > summary')?.focus();
              }
            }}
          />
        </label>
        <div class="choices" role="group" aria-label="Verdict">
          <Choice name="all" count={checks.length} isOn={verdict === null} choose={() => setVerdict(null)} />
          {verdicts.map(([name, count]) => (
            <Choice
              key={name}
              name={name}
              count={count}
              isOn={verdict === name}
              choose={() => setVerdict(verdict === name ? null : name)}
            />
          ))}
        </div>
        <p class="quiet" role="status">{`${shown.length} of ${checks.length} checks`}</p>
      </div>
      {shown.length === 0 ? <p>No check matches.</p> : null}
      {phases.map((phase) => {
        const rows = shown.filter((check) => check.phase === phase);
        return (
          <div key={phase} class="phase">
            <h3>
              {`Phase ${phase} ${PHASES[phase] ?? ''}`}{' '}
              <span class="quiet">
                {countBy(rows)
                  .map(([name, count]) => `${count} ${name}`)
                  .join(', ')}
              </span>
            </h3>
            {rows.map((check) => (
              <Row
                key={check.id}
                check={check}
                wire={wire}
                isOpen={opened.has(check.id)}
                onToggle={(isOpen) => toggle(check.id, isOpen)}
              />
            ))}
          </div>
        );
      })}
    </>
  );
}

function Choice({
  name,
  count,
  isOn,
  choose,
}: {
  readonly name: string;
  readonly count: number;
  readonly isOn: boolean;
  readonly choose: () => void;
}): JSX.Element {
  return (
    <button type="button" aria-pressed={isOn} onClick={choose}>
      {`${name} ${count}`}
    </button>
  );
}

function Row({
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
              {violation.actual} <EvidenceLinks ids={violation.evidence} />
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
          <dd>{check.refs.length === 0 ? 'none' : <EvidenceLinks ids={check.refs} max={24} />}</dd>
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

function countBy(checks: readonly CheckRow[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { verdict } of checks) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return [...counts];
}

function haystack(check: CheckRow): string {
  const rules = check.violations.map(({ rule }) => rule).join(' ');
  return `${check.id} ${check.title} ${check.suite} ${check.owner} ${check.severity} ${check.reason?.code ?? ''} ${rules}`.toLowerCase();
}
