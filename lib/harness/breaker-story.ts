import type { User } from '../auth/user.ts';
import { delay } from '../foundation/deadline.ts';
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

/** What was seen while the breaker was opened on purpose, and while it recovered. */
export interface BreakerStory {
  /** Before anything was done; null when the target reports none. */
  readonly before: BreakerReport | null;
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
  readonly after: BreakerReport | null;
}

/**
 * Opens the breaker with three consecutive failures of one user, looks at who is refused, and waits until it has
 * recovered; once for all checks that ask. Nothing of it is asserted here.
 */
export async function breakerStory(t: CheckContext): Promise<BreakerStory> {
  return t.shared('breaker story', async () => {
    const resetMs = BREAKER.resetMs * t.settings.timeScale;
    const before = await report(t);
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
      after: await report(t),
    };
  });
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
