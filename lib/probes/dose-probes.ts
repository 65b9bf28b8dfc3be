import { CloseCode } from '../contract/close-code.ts';
import { ClientMessageType } from '../contract/event-type.ts';
import { delay } from '../foundation/deadline.ts';
import { Deadline } from '../foundation/deadline.ts';
import type { User } from '../auth/user.ts';
import { probeHandshake, type ProbeBench, probeUser } from './probe-bench.ts';

/** Pauses between opening and first message, at time scale 1 (moonshots.md §8: 0 to 400 ms). */
const PAUSES_MS: readonly number[] = [0, 50, 150, 500];
const TRIES = 3;
/** Connections opened at once; one alone is tried twice. */
const CROWDS: readonly number[] = [1, 4, 10];
/** Time in which a connection that fails does so, at time scale 1. */
const WATCH_MS = 3_000;
const WATCH_FLOOR_MS = 250;

/** Sends the first message after growing pauses: a race fails less the longer the pause. */
export async function sendDelayProbe(bench: ProbeBench): Promise<string> {
  const { timeScale } = bench.climb.settings;
  const points = [];
  for (const pauseMs of PAUSES_MS) {
    const kept = await Promise.all(
      Array.from({ length: TRIES }, async () => survives(bench, probeUser(bench), pauseMs * timeScale)),
    );
    points.push({ dose: pauseMs * timeScale, tried: TRIES, failed: kept.filter((one) => !one).length });
  }
  bench.recorder.record({ kind: 'dose', quantity: 'send-delay-ms', points });
  return points.map(({ dose, tried, failed }) => `${dose} ms: ${failed} of ${tried} failed`).join('; ');
}

/** Opens more and more connections of one user at once: a limit, of each user or of all, fails more the more there are. */
export async function concurrencyProbe(bench: ProbeBench): Promise<string> {
  const points = [];
  for (const crowd of CROWDS) {
    const rounds = crowd === 1 ? TRIES : 1;
    let failed = 0;
    for (let i = 0; i < rounds; i += 1) {
      const user = probeUser(bench);
      const alive = await Promise.all(Array.from({ length: crowd }, async () => survives(bench, user, null)));
      failed += alive.filter((one) => !one).length;
    }
    points.push({ dose: crowd, tried: crowd * rounds, failed });
  }
  bench.recorder.record({ kind: 'dose', quantity: 'open-connections', points });
  return points.map(({ dose, tried, failed }) => `${dose} open: ${failed} of ${tried} failed`).join('; ');
}

/** Opens a connection, sends a ping message after the pause (none for null), and tells whether the target keeps it. */
async function survives(bench: ProbeBench, user: User, pauseMs: number | null): Promise<boolean> {
  const handshake = await probeHandshake(bench, { user });
  if (handshake.kind !== 'open') return false;
  const { connection } = handshake;
  const watchMs = Math.max(WATCH_MS * bench.climb.settings.timeScale, WATCH_FLOOR_MS);
  try {
    if (pauseMs !== null && pauseMs > 0) await delay(pauseMs, bench.signal);
    if (connection.closeFacts !== null) return false;
    if (pauseMs !== null)
      connection.send({ type: ClientMessageType.Ping, timestamp: new Date(0).toISOString() });
    using watch = new Deadline(watchMs, { parent: bench.signal });
    const ended = await watch
      .race('the end of a watched connection', () => connection.closed)
      .catch(() => null);
    bench.signal.throwIfAborted();
    return ended === null || ended.code === CloseCode.GoingAway;
  } finally {
    await connection[Symbol.asyncDispose]();
  }
}
