import type { RecordedCheck, RunRecord } from '../evidence/run-record.ts';
import { isCritical, kindOfVerdict } from '../evidence/verdict.ts';
import type { AxisState } from './decision.ts';

/** Checks whose suites answer "can users chat": the golden path and what it stands on. */
const OUTCOME_SUITES: readonly string[] = ['preflight', 'core', 'agent-events', 'isolation'];

/** Checks of other suites that answer it too: users chat with browsers. */
const OUTCOME_CHECKS: readonly string[] = ['HS-23'];

/** Can users chat: worst wins over the critical checks of the golden path; nothing at all is unknown. */
export function outcomeAxis(record: RunRecord): AxisState {
  const checks = record.checks.filter(
    ({ id, suite }) => OUTCOME_SUITES.includes(suite) || OUTCOME_CHECKS.includes(id),
  );
  const state = worstOf(checks.filter((check) => isCritical(check.severity)));
  if (state === 'no') return 'no';
  if (record.harnessFaults.length > 0 || state === 'unknown') return 'unknown';
  // What was skipped says nothing about users: one pass at least, or nothing was seen.
  return hasPass(checks) ? 'yes' : 'unknown';
}

/** Did the change do what it claims: worst wins over the checks that were named for it; `not stated` when none was. */
export function changeAxis(record: RunRecord): AxisState {
  const { change } = record.gate;
  if (change.length === 0) return 'not stated';
  const checks = record.checks.filter(({ id }) => change.includes(id));
  const state = worstOf(checks);
  if (state !== 'yes') return state;
  // Every check that was named must have been seen: one that is missing or skipped proves nothing about the change.
  const isWhole = new Set(change).size === checks.length && checks.every((check) => hasPass([check]));
  return isWhole && record.harnessFaults.length === 0 ? 'yes' : 'unknown';
}

function worstOf(checks: readonly RecordedCheck[]): 'yes' | 'no' | 'unknown' {
  const kinds = checks.map(({ verdict }) => kindOfVerdict(verdict));
  if (kinds.includes('red')) return 'no';
  return kinds.includes('unknown') ? 'unknown' : 'yes';
}

function hasPass(checks: readonly RecordedCheck[]): boolean {
  return checks.some(({ verdict }) => verdict === 'passed' || verdict === 'flaky');
}
