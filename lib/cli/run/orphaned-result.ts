import type { CheckResult } from '../../evidence/check-result.ts';
import { kindOfVerdict } from '../../evidence/verdict.ts';

/** The end of a process is told to its parent later than its connections break. */
const TOLD_LATE_MS = 1_000;

/**
 * A red that was seen while our own backend ended, or after it, is no red of a target: the check is `inconclusive`, and
 * what it saw stays in the evidence.
 * @param endedAtMs when the backend ended, since the run started; null when it served to the end
 */
export function withoutBackend(result: CheckResult, endedAtMs: number | null): CheckResult {
  const isSeenBefore =
    endedAtMs === null || result.startedAtMs + result.durationMs < endedAtMs - TOLD_LATE_MS;
  if (isSeenBefore || kindOfVerdict(result.verdict) !== 'red') return result;
  return {
    ...result,
    verdict: 'inconclusive',
    violations: [],
    occurred: null,
    reason: {
      code: 'BACKEND_DIED',
      message: `our own reference backend ended while it was asked, after ${Math.round(endedAtMs)} ms of the run`,
      next: 'Run again.',
    },
  };
}
