import { delay } from '../foundation/deadline.ts';
import type { CheckContext } from './check-context.ts';
import { observed } from './lag.ts';
import { expectLatency } from './latency.ts';

/** A client that comes this long after its token was issued is late, in ms at time scale 1. */
const LATE_MS = 1_000;
/** The target retries a delivery three times, one second apart (requirements.md S1-4). */
const RETRIES_MS = 3 * 1_000;
/** Below it the noise of a busy machine would be the target's. */
const FLOOR_MS = 500;
const SESSIONS = 3;

/** Requires that a client which connects late gets the first event of its turn within three retries of one second. */
export async function expectEventsAfterLateConnect(t: CheckContext): Promise<void> {
  const users = t.users(SESSIONS);
  await Promise.all(users.map(async (user) => t.token(user)));
  await delay(LATE_MS * t.settings.timeScale, t.signal);
  const { value: turns, lagMs } = await observed(async () =>
    Promise.all(
      users.map(async (user) =>
        t.turn(await t.session(user), { prompt: 'Late: use no tools and say done.' }),
      ),
    ),
  );
  const valuesMs = turns.map(({ firstEventMs }) => firstEventMs).filter((value) => value !== null);
  const sample = {
    name: 'first event after a late connect',
    valuesMs,
    missing: turns.length - valuesMs.length,
    lagMs,
    evidence: turns.map(({ evidence }) => evidence),
  };
  const failMs = Math.max(RETRIES_MS * t.settings.timeScale, FLOOR_MS);
  expectLatency(t, sample, [{ statistic: 'max', rule: 'TIM-FIRST-EVENT', warnMs: null, failMs }]);
}
