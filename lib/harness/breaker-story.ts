import type { User } from '../auth/user.ts';
import { delay } from '../foundation/deadline.ts';
import { HarnessError } from '../foundation/errors.ts';
import { parseBreakerReport, type BreakerReport } from '../contract/breaker.ts';
import type { CheckContext } from './check-context.ts';
import type { AnsweredResult } from './check-requests.ts';
import { acceptedControl } from './refusal.ts';
import { attemptConnection, type RefusalAttempt } from './refusal-attempt.ts';

/** Threshold and reset time of the auth breaker at time scale 1 (requirements.md S3-12, S3-13). */
export const BREAKER = { failures: 3, resetMs: 15_000 } as const;
/** Room for the polls and for a busy machine, as a share of the reset time. */
const RECOVERY_ROOM = 1.5;
const POLLS_PER_RESET = 10;
/** A breaker that nobody asks is half-open for a while after its reset time; longest wait for a closed one, in resets. */
const CALM_RESETS = 2.2;
const READINGS_PER_RESET = 5;

/** What was seen while the breaker was opened on purpose, and while it recovered. */
export interface BreakerStory {
  /** Before anything was done; null when the target reports none. The report tells nothing of whose refusals it counts. */
  readonly before: BreakerReport | null;
  /** The same once it says closed, or after the longest wait for it. */
  readonly calm: BreakerReport | null;
  /** The report after one failure of a new user, and a valid token of that user; null when the target reports none. */
  readonly single: { readonly report: BreakerReport | null; readonly attempt: RefusalAttempt } | null;
  /** A valid token after two failures, after a success and two more failures. */
  readonly patient: readonly RefusalAttempt[];
  /** The failures that must open it. */
  readonly failures: readonly RefusalAttempt[];
  /** A valid token of the same user right after them. */
  readonly locked: RefusalAttempt;
  readonly retryAfter: string | null;
  /** Meanwhile: another user, the health page, and the report. */
  readonly bystander: RefusalAttempt;
  readonly health: AnsweredResult;
  readonly meanwhile: BreakerReport | null;
  /** From the last failure to the first accepted connection of the same user; null when none was. */
  readonly recoveredAfterMs: number | null;
  readonly recovery: RefusalAttempt;
  /** Longest time that recovery was waited for. */
  readonly waitedMs: number;
  /** At the end, once it says closed, or after the longest wait for it. */
  readonly after: BreakerReport | null;
}

/**
 * A report that never says closed shows refusals other than those on purpose: ours cannot be read from it then.
 * @throws {HarnessError} `CONTROL_MISSING`
 */
export function assertClosedBefore({ before, calm }: BreakerStory): void {
  if (calm?.state === 'closed') return;
  throw openedByOthers(
    `expected a closed breaker before this run failed on purpose, got ${before?.state ?? '-'}, then ${calm?.state ?? '-'}`,
  );
}

/**
 * A report that said closed before anything was done must say so again; one that did not may show refusals of others.
 * @throws {HarnessError} `CONTROL_MISSING`
 */
export function assertOwnRefusals({ before, after }: BreakerStory): void {
  if (before?.state === 'closed' || after?.state === 'closed') return;
  throw openedByOthers(
    `expected a breaker that only this run opens, got ${before?.state ?? '-'} before, and ${after?.state ?? '-'} after`,
  );
}

function openedByOthers(what: string): HarnessError {
  return new HarnessError(
    'CONTROL_MISSING',
    `${what}: it was open before this run sent its failures in a row`,
    {
      next: `Wait ${BREAKER.resetMs / 1_000} s in which nobody is refused, then run again.`,
    },
  );
}

/**
 * Opens the breaker with three consecutive failures of one user, looks at who is refused, and waits until it has
 * recovered; once for all checks that ask. Nothing of it is asserted here.
 */
export async function breakerStory(t: CheckContext): Promise<BreakerStory> {
  return t.shared('breaker story', async () => {
    const resetMs = BREAKER.resetMs * t.settings.timeScale;
    const before = await report(t);
    const calm = await closedReport(t, before);
    const single = before === null ? null : await failOnce(t, t.user('single'));
    await acceptedControl(t, await t.token(t.user('bystander')), 'the breaker, before it is opened');
    const patient = t.user('patient');
    const patience: RefusalAttempt[] = [];
    for (let round = 0; round < 2; round += 1) {
      for (let n = 1; n < BREAKER.failures; n += 1) await fail(t, patient);
      patience.push(await connect(t, patient));
    }
    const user = t.user('locked');
    const failures: RefusalAttempt[] = [];
    for (let n = 0; n < BREAKER.failures; n += 1) failures.push(await fail(t, user));
    const openedAt = t.recorder.now();
    const locked = await connect(t, user);
    const bystander = await connect(t, t.user('bystander'));
    const health = await t.answered('GET', '/health');
    const meanwhile = await report(t);
    const waitedMs = resetMs * RECOVERY_ROOM;
    let recovery = locked;
    while (recovery.outcome.kind !== 'open' && t.recorder.now() - openedAt < waitedMs) {
      await delay(resetMs / POLLS_PER_RESET, t.signal);
      recovery = await connect(t, user);
    }
    const hasRecovered = recovery.outcome.kind === 'open';
    const recoveredAfterMs = hasRecovered ? t.recorder.now() - openedAt : null;
    if (recoveredAfterMs !== null) {
      t.record({
        kind: 'measure',
        name: 'breaker recovery',
        unit: 'ms',
        value: recoveredAfterMs,
        of: 'target',
      });
    }
    return {
      before,
      calm,
      single,
      patient: patience,
      failures,
      locked,
      retryAfter: locked.retryAfter,
      bystander,
      health,
      meanwhile,
      recoveredAfterMs,
      recovery,
      waitedMs,
      after: await closedReport(t, await report(t)),
    };
  });
}

/** Reads on until the report says closed: what others opened closes by itself, and says nothing about this run. */
async function closedReport(t: CheckContext, first: BreakerReport | null): Promise<BreakerReport | null> {
  const resetMs = BREAKER.resetMs * t.settings.timeScale;
  const startedAt = t.recorder.now();
  let latest = first;
  while (
    latest !== null &&
    latest.state !== 'closed' &&
    t.recorder.now() - startedAt < resetMs * CALM_RESETS
  ) {
    await delay(resetMs / READINGS_PER_RESET, t.signal);
    latest = await report(t);
  }
  if (first !== null && first.state !== 'closed') {
    const waitedMs = Math.round(t.recorder.now() - startedAt);
    t.warn(
      `the breaker said ${first.state} without failures in a row of ours; ${latest?.state ?? '-'} after ${waitedMs} ms`,
    );
  }
  return latest;
}

async function failOnce(t: CheckContext, user: User): Promise<NonNullable<BreakerStory['single']>> {
  await fail(t, user);
  const read = await report(t);
  return { report: read, attempt: await connect(t, user) };
}

async function fail(t: CheckContext, user: User): Promise<RefusalAttempt> {
  // Every failure brings a token of its own: a cached verdict is not a failure.
  return attemptConnection(t, await t.negativeToken('wrong-signature', user), { expects: 'failure' });
}

async function connect(t: CheckContext, user: User): Promise<RefusalAttempt> {
  return attemptConnection(t, await t.token(user), { expects: 'welcome' });
}

async function report(t: CheckContext): Promise<BreakerReport | null> {
  if (t.lacks('breaker-report')) return null;
  const result = await t.answered('GET', '/ws/auth/circuit-breaker');
  const parsed = parseBreakerReport(result.json);
  if (!parsed.ok) {
    t.report(parsed.violations, [result.evidence]);
    return null;
  }
  return parsed.value;
}
