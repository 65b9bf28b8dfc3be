import type { JSX } from 'preact';
import { useLayoutEffect, useMemo, useState } from 'preact/hooks';
import { Check } from './check-details.tsx';
import { afterJump, onLink } from './links.ts';
import type { CheckRow } from './page-data.ts';
import type { Wire } from './wire.ts';

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
  const [unfolded, setUnfolded] = useState<ReadonlyMap<number, boolean>>(new Map());
  const isFiltered = text.trim() !== '' || verdict !== null;
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
      const phase = checks.find((check) => check.id === id)?.phase;
      if (phase !== undefined) setUnfolded((before) => new Map([...before, [phase, true]]));
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
          <span>
            Filter <kbd>/</kbd>
          </span>
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
        const rows = worstFirst(shown.filter((check) => check.phase === phase));
        const isOpen = isFiltered || (unfolded.get(phase) ?? rows.some((check) => needsALook(check)));
        return (
          <details
            key={phase}
            class="phase"
            open={isOpen}
            onToggle={(event) => {
              const now = event.currentTarget.open;
              if (now !== isOpen) setUnfolded((before) => new Map([...before, [phase, now]]));
            }}
          >
            <summary>
              <h3>{`Phase ${phase} ${PHASES[phase] ?? ''}`}</h3>
              <span class="quiet">
                {countBy(rows)
                  .map(([name, count]) => `${count} ${name}`)
                  .join(', ')}
              </span>
            </summary>
            {isOpen
              ? rows.map((check) => (
                  <Check
                    key={check.id}
                    check={check}
                    wire={wire}
                    isOpen={opened.has(check.id)}
                    onToggle={(now) => toggle(check.id, now)}
                  />
                ))
              : null}
          </details>
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

const WORST_FIRST = ['failed', 'inconclusive', 'blocked', 'flaky', 'skipped', 'passed'];

/** What needs a look first, each kind in the order of the plan. */
function worstFirst(checks: readonly CheckRow[]): readonly CheckRow[] {
  const rank = ({ verdict }: CheckRow): number => {
    const at = WORST_FIRST.indexOf(verdict);
    return at === -1 ? WORST_FIRST.length : at;
  };
  return checks.toSorted((a, b) => rank(a) - rank(b));
}

/** A phase is folded when all in it is well, or was never asked. */
function needsALook({ verdict }: CheckRow): boolean {
  return verdict !== 'passed' && verdict !== 'not-run' && verdict !== 'skipped';
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
