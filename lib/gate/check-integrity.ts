import type { CheckResult } from '../evidence/check-result.ts';
import { STALE_MS } from '../evidence/metric.ts';
import type { RecordedCheck, RunRecord } from '../evidence/run-record.ts';
import { kindOfVerdict, worstVerdict } from '../evidence/verdict.ts';

/** How far the clock of the machine may be set while a run goes on, in milliseconds: its end is told by it, its attempts are not. */
const CLOCK_STEP_MS = 60_000;

/** The capability that a setting of the run declares missing, and no policy. */
const SET_BY_RUN = 'production-twin';

/**
 * Says what one check of a record claims and its attempts do not bear out, as a run of ours never leaves it; null when
 * nothing is wrong.
 */
export function checkContradiction(check: RecordedCheck, record: RunRecord): string | null {
  const { verdict, attempts } = check;
  if (attempts.some(({ id }) => id !== check.id)) return 'with an attempt at another check';
  if (!check.selected && (verdict !== 'not-run' || attempts.length > 0)) return 'and was not selected';
  for (const attempt of attempts) {
    const problem = attemptContradiction(attempt, record);
    if (problem !== null) return problem;
  }
  if (verdict !== 'flaky' && !followsFrom(check)) return followProblem(check);
  if (verdict === 'skipped' && !mayBeSkipped(check, record)) {
    return 'and the policy declares none of its capabilities missing';
  }
  return verdict === 'passed' || verdict === 'flaky' ? passContradiction(check, record) : null;
}

/** The worst attempt is the verdict; an attempt that began and never ended makes it `not-run`. */
function followsFrom({ verdict, attempts }: RecordedCheck): boolean {
  const worst = worstVerdict(attempts.map((attempt) => attempt.verdict));
  return verdict === worst || (verdict === 'not-run' && worstVerdict([worst, 'not-run']) === 'not-run');
}

function followProblem({ verdict, attempts }: RecordedCheck): string {
  const verdicts = attempts.map((attempt) => attempt.verdict);
  if (worstVerdict([verdict, ...verdicts]) !== verdict) return 'and an attempt was worse';
  return verdict === 'passed' ? 'and no attempt passed' : `and no attempt was ${verdict}`;
}

/** What no attempt can be, whatever came of it: a violation is a red, and time goes forward. */
function attemptContradiction(attempt: CheckResult, record: RunRecord): string | null {
  const { verdict, violations, startedAtMs, durationMs } = attempt;
  if (violations.length > 0 && verdict !== 'failed')
    return `and an attempt that is ${verdict} holds a violation`;
  if (violations.length === 0 && verdict === 'failed') return 'and an attempt failed without a violation';
  if (kindOfVerdict(verdict) === 'unknown' && attempt.reason === null) return 'and an attempt has no reason';
  if (!(durationMs >= 0)) return 'and an attempt ended before it began';
  const lastedMs = Date.parse(record.endedAt ?? '') - Date.parse(record.startedAt);
  return startedAtMs + durationMs > lastedMs + CLOCK_STEP_MS
    ? 'and an attempt went on after the run had ended'
    : null;
}

/**
 * A capability that the check needs is declared missing, or it stands on a check of which that holds; no blocker goes with
 * another check.
 */
function mayBeSkipped(check: RecordedCheck, record: RunRecord, seen: readonly string[] = []): boolean {
  const missing = record.capabilities.map(({ capability }) => capability);
  if (check.capabilities.some((name) => name === SET_BY_RUN || missing.includes(name))) return true;
  const by = check.attempts.at(-1)?.blockedBy ?? null;
  const under = record.checks.find(({ id }) => id === by) ?? null;
  if (under === null || check.severity === 'blocker' || seen.includes(under.id)) return false;
  return under.verdict === 'skipped' && mayBeSkipped(under, record, [...seen, under.id]);
}

/** What a pass must have: every attempt that was asked for, and each with all that the check must have seen. */
function passContradiction(check: RecordedCheck, record: RunRecord): string | null {
  const { verdict, attempts, requires, rung } = check;
  if (attempts.some(({ startedAtMs }) => startedAtMs < -STALE_MS)) return 'and asked before the run began';
  const good = attempts.filter((attempt) => attempt.verdict === 'passed' || attempt.verdict === 'flaky');
  if (good.length === 0) return 'and no attempt passed';
  for (const { evidence, reason, blockedBy } of good) {
    if (!evidence.ok || evidence.refs.length === 0) return 'without its evidence';
    if (reason !== null || blockedBy !== null) return 'and an attempt says why it is not';
    const seen = requires.every(({ observation, floor }) =>
      evidence.observed.some((one) => one.observation === observation && one.observed >= floor),
    );
    if (!seen) return 'without an observation that it needs';
    if (evidence.observed.some(({ floor, observed }) => observed < floor)) return 'below its own floor';
    if (evidence.refs.length > record.evidence.records) return 'with more evidence than the run has';
  }
  const climbed =
    rung === null ? null : (record.preflight.find((one) => one.rung === rung)?.state ?? 'missing');
  if (climbed !== null && climbed !== 'held' && climbed !== 'not-applicable') {
    return `and its rung ${rung ?? ''} is ${climbed}`;
  }
  const numbers = new Set(attempts.map(({ attempt }) => attempt));
  const { repeat } = record.selection;
  return verdict === 'passed' && (numbers.size !== attempts.length || attempts.length !== repeat)
    ? `after ${attempts.length} attempts of ${repeat}`
    : null;
}
