import { delay } from '../foundation/deadline.ts';
import { expectBody } from './body.ts';
import type { CheckContext } from './check-context.ts';
import { openOnce, OPENINGS } from './openings.ts';
import { ownSockets } from './own-process.ts';

/**
 * Opens and closes connections and requires that the number of open connections which the target reports falls
 * again. Others may use the target meanwhile, so half of ours that are still counted are the leak, not one.
 * @param settleMs time that the target has to forget them.
 */
export async function expectNoConnectionLeak(t: CheckContext, settleMs: number): Promise<void> {
  const token = await t.token(t.user());
  const before = await openConnections(t);
  const ownBefore = ownSockets();
  for (let number = 0; number < OPENINGS; number += 1) await openOnce(t, token);
  const allowed = before + OPENINGS / 2;
  const after = await settled(t, allowed, settleMs);
  t.record({
    kind: 'sample',
    name: 'open connections',
    unit: 'count',
    of: 'target',
    values: [before, after],
    missing: 0,
  });
  t.record({
    kind: 'sample',
    name: 'open sockets',
    unit: 'count',
    of: 'harness',
    values: [ownBefore, ownSockets()],
    missing: 0,
  });
  t.note(`the target counted ${before} before, ${after} after ${OPENINGS} openings and closes`);
  t.expectThat(after < allowed, 'WS-CONNECTION-LEAK', {
    where: '/ws/health, active_connections',
    expected: `about ${before}, as before the ${OPENINGS} connections`,
    actual: after,
  });
}

async function openConnections(t: CheckContext): Promise<number> {
  const count = expectBody(t, 'connection-count', await t.answered('GET', '/ws/health'));
  t.expectThat(count !== null, 'HLT-WS-HEALTH', {
    where: '/ws/health',
    expected: 'metrics.active_connections',
    actual: 'none',
  });
  t.stopIfBroken();
  return count ?? 0;
}

/** Reads the count until it is below `allowed`, or the time to settle is over; returns the last reading. */
async function settled(t: CheckContext, allowed: number, settleMs: number): Promise<number> {
  const endMs = t.recorder.now() + settleMs;
  for (;;) {
    const count = await openConnections(t);
    if (count < allowed || t.recorder.now() >= endMs) return count;
    await delay(settleMs / 5, t.signal);
  }
}
