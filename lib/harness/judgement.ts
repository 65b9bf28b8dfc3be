import type { Violation } from '../contract/violation.ts';
import type { CheckResult, EvidenceSummary, Reason } from '../evidence/check-result.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { observationsOf } from '../evidence/observation.ts';
import type { PlannedCheck } from '../evidence/plan.ts';
import type { Verdict } from '../evidence/verdict.ts';
import { describeError, HarnessError, type HarnessErrorCode } from '../foundation/errors.ts';

/** Errors that say "the target was not judged" without saying that the harness is broken. */
const UNDECIDED: ReadonlySet<HarnessErrorCode> = new Set([
  'CAPABILITY_MISSING',
  'CONNECTION_CLOSED',
  'CONTROL_MISSING',
  'DEADLINE_EXCEEDED',
  'EVIDENCE_MISSING',
  'HANDSHAKE_FAILED',
  'HANDSHAKE_REFUSED',
  'HTTP_FAILED',
  'LIMIT_EXCEEDED',
  'METRIC_STUCK',
  'OBSERVER_SLOW',
  'ORIGIN_UNKNOWN',
  'REVISION_UNTOLD',
  'RUNG_UNDECIDED',
  'TOKEN_REFUSED',
]);

const MAX_REFS = 100;

/** Thrown by a check's context to leave the body once a violation is recorded. */
export class CheckStopped extends Error {
  constructor() {
    super('the check stopped at its first decisive violation');
    this.name = 'CheckStopped';
  }
}

/** Everything one attempt left behind. */
export interface AttemptFacts {
  readonly planned: PlannedCheck;
  readonly attempt: number;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly violations: readonly Violation[];
  readonly warnings: readonly string[];
  readonly occurred: string | null;
  readonly seen: readonly Evidence[];
  /** What the body threw; null when it ended by itself. */
  readonly error: unknown;
}

/**
 * Turns what an attempt left behind into a verdict. A violation is a red whatever happened after it;
 * passing assertions without the required observations are `inconclusive` (design.md §2, law 1).
 */
export function judge(facts: AttemptFacts): {
  readonly result: CheckResult;
  readonly fault: HarnessError | null;
} {
  const evidence = summarise(facts.planned, facts.seen);
  const build = (verdict: Verdict, reason: Reason | null): CheckResult => ({
    id: facts.planned.id,
    verdict,
    attempt: facts.attempt,
    startedAtMs: facts.startedAtMs,
    durationMs: facts.durationMs,
    violations: facts.violations.map(({ eventIndex, evidence: refs, ...violation }) => ({
      ...violation,
      ...(eventIndex === undefined ? {} : { eventIndex }),
      ...(refs === undefined ? {} : { evidence: [...refs] }),
    })),
    warnings: [...facts.warnings],
    reason,
    blockedBy: null,
    occurred: facts.occurred,
    evidence,
  });
  if (facts.violations.length > 0) return { result: build('failed', null), fault: null };
  if (facts.error !== null) return judgeError(facts.error, build);
  if (!evidence.ok || evidence.refs.length === 0) {
    const missing = evidence.observed.filter(({ floor, observed }) => observed < floor);
    const words = missing.map(({ observation, floor, observed }) => `${observation} ${observed} of ${floor}`);
    return {
      result: build('inconclusive', {
        code: 'EVIDENCE_MISSING',
        message: `expected every observation that it needs, got ${words.join(', ') || 'no record at all'}; its assertions held and prove nothing`,
        next: 'Read the records of this check in evidence.ndjson; an assertion without its observation proves nothing.',
      }),
      fault: null,
    };
  }
  return { result: build('passed', null), fault: null };
}

/** The result of a check whose prerequisite does not hold: counted once, under its cause. */
export function blockedResult(planned: PlannedCheck, by: string, message: string, atMs: number): CheckResult {
  return withoutBody(planned, 'blocked', { code: 'BLOCKED', message, next: `Mend ${by} first.` }, atMs, by);
}

/**
 * The result of a check that needs a capability which the policy declares missing.
 * @param by the check through which it needs it; null when it names the capability itself
 */
export function skippedResult(
  planned: PlannedCheck,
  message: string,
  atMs: number,
  by: string | null = null,
): CheckResult {
  return withoutBody(planned, 'skipped', { code: 'CAPABILITY_MISSING', message, next: null }, atMs, by);
}

function withoutBody(
  planned: PlannedCheck,
  verdict: Verdict,
  reason: Reason,
  atMs: number,
  blockedBy: string | null,
): CheckResult {
  return {
    id: planned.id,
    verdict,
    attempt: 1,
    startedAtMs: atMs,
    durationMs: 0,
    violations: [],
    warnings: [],
    reason,
    blockedBy,
    occurred: null,
    evidence: summarise(planned, []),
  };
}

function judgeError(
  error: unknown,
  build: (verdict: Verdict, reason: Reason | null) => CheckResult,
): { readonly result: CheckResult; readonly fault: HarnessError | null } {
  if (error instanceof HarnessError && error.code === 'INTERRUPTED') {
    return {
      result: build('not-run', { code: error.code, message: error.message, next: null }),
      fault: null,
    };
  }
  if (error instanceof HarnessError && error.code === 'BLOCKED') {
    const reason = { code: error.code, message: error.message, next: error.next };
    return { result: { ...build('blocked', reason), blockedBy: String(error.details['by']) }, fault: null };
  }
  if (error instanceof HarnessError && UNDECIDED.has(error.code)) {
    return {
      result: build('inconclusive', { code: error.code, message: error.message, next: error.next }),
      fault: null,
    };
  }
  const fault =
    error instanceof HarnessError
      ? error
      : new HarnessError('UNEXPECTED_ERROR', `the body of a check threw ${describeError(error)}`, {
          cause: error,
          next: 'This is a fault of the check or of the harness, not of the target.',
        });
  return {
    result: build('inconclusive', { code: fault.code, message: fault.message, next: fault.next }),
    fault,
  };
}

function summarise(planned: PlannedCheck, seen: readonly Evidence[]): EvidenceSummary {
  const counts = new Map<string, number>();
  // One record is one observation, however often it was adopted.
  const records = [...new Map(seen.map((record) => [record.id, record])).values()];
  for (const { body } of records) {
    for (const observation of observationsOf(body))
      counts.set(observation, (counts.get(observation) ?? 0) + 1);
  }
  const observed = planned.requires.map(({ observation, floor }) => ({
    observation,
    floor,
    observed: counts.get(observation) ?? 0,
  }));
  const ids = records.map(({ id }) => id);
  return {
    ok: observed.every((entry) => entry.observed >= entry.floor),
    observed,
    refs: ids.length <= 2 * MAX_REFS ? ids : [...ids.slice(0, MAX_REFS), ...ids.slice(-MAX_REFS)],
  };
}
