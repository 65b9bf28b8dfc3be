import { SOCKET_PATHS, UNKNOWN_SOCKET_PATH } from '../contract/socket-path.ts';
import type { AuthTransport } from '../evidence/evidence.ts';
import type { ProbeName } from '../evidence/probe-name.ts';
import { Deadline, delay } from '../foundation/deadline.ts';
import { concurrencyProbe, sendDelayProbe } from './dose-probes.ts';
import { isUnasked, type ProbeBench, probeRequest, probeSession, probeUser } from './probe-bench.ts';

/** What a probe found: whether what it asked for worked, and what was seen. */
interface ProbeAnswer {
  readonly answer: boolean | null;
  readonly text: string;
}

/** Time after which a breaker has closed again, at time scale 1 (requirements.md Part C: 15 s), with some leeway. */
const COOL_DOWN_MS = 16_500;
/** Pauses between repeats of what failed, at time scale 1. */
const REPEAT_PAUSES_MS: readonly number[] = [1_000, 4_000, 10_000];

const TRANSPORTS: readonly AuthTransport[] = [
  'authorization-header',
  'subprotocol-jwt-auth',
  'subprotocol-jwt',
  'subprotocol-bearer',
];

type OnTargetProbe = Exclude<ProbeName, 'own-client'>;

const PROBES: Readonly<Record<OnTargetProbe, (bench: ProbeBench) => Promise<ProbeAnswer>>> = {
  moment: momentProbe,
  repeat: repeatProbe,
  transports: transportsProbe,
  'token-check': tokenCheckProbe,
  'unknown-path': unknownPathProbe,
  'other-path': otherPathProbe,
  'bad-token': badTokenProbe,
  liveness: livenessProbe,
  'send-delay': async (bench) => ({ answer: null, text: await sendDelayProbe(bench) }),
  concurrency: async (bench) => ({ answer: null, text: await concurrencyProbe(bench) }),
  'cool-down': coolDownProbe,
};

/**
 * Makes one separating observation on the target; everything sent is recorded, and so is what it says. A probe that cannot
 * be asked says so: its absence is then known. @throws the reason of the signal.
 */
export async function separate(bench: ProbeBench, probe: OnTargetProbe): Promise<void> {
  const { recorder, signal } = bench;
  try {
    const { answer, text } = await PROBES[probe](bench);
    recorder.record({ kind: 'probe', probe, answer, text });
  } catch (error) {
    if (!signal.aborted && !isUnasked(error)) throw error;
    const why = signal.aborted ? 'the probe budget is used up' : error instanceof Error ? error.message : '';
    recorder.record({ kind: 'probe', probe, answer: null, text: `could not be asked: ${why}` });
  }
}

/** Health and readiness as they are now. */
async function momentProbe(bench: ProbeBench): Promise<ProbeAnswer> {
  const seen: string[] = [];
  for (const path of ['/health', '/health/ready', '/api/system/info']) {
    const result = await probeRequest(bench, 'backend', 'GET', path, {
      budgetMs: bench.climb.budgets.readiness.hardMs ?? 45_000,
    });
    seen.push(`${path} ${result.kind === 'answered' ? `HTTP ${result.status}` : result.kind}`);
  }
  return { answer: null, text: seen.join(', ') };
}

/** Asks again what failed, after growing pauses, until it works: what wakes up was a cold start. */
async function repeatProbe(bench: ProbeBench): Promise<ProbeAnswer> {
  let text = '';
  for (const pauseMs of REPEAT_PAUSES_MS) {
    await delay(pauseMs * bench.climb.settings.timeScale, bench.signal);
    const health = await probeRequest(bench, 'backend', 'GET', '/health');
    const isServed = health.kind === 'answered' && health.status === 200;
    text = `/health ${health.kind === 'answered' ? `HTTP ${health.status}` : health.kind}`;
    if (!isServed) continue;
    const session = await probeSession(bench, { user: probeUser(bench) });
    text += `, session: ${session.text}`;
    if (session.opened) return { answer: true, text };
  }
  return { answer: false, text };
}

/** A valid token over each transport, until one opens. */
async function transportsProbe(bench: ProbeBench): Promise<ProbeAnswer> {
  const seen: string[] = [];
  for (const transport of TRANSPORTS) {
    const session = await probeSession(bench, { user: probeUser(bench), transport });
    seen.push(`${transport}: ${session.text}`);
    if (session.opened) return { answer: true, text: seen.join('; ') };
  }
  return { answer: false, text: seen.join('; ') };
}

/** The same token over HTTP, and what the auth service says of it. */
async function tokenCheckProbe(bench: ProbeBench): Promise<ProbeAnswer> {
  const { climb, recorder, signal } = bench;
  const token = await climb.tokens.tokenFor(probeUser(bench), { signal, recorder });
  const control = await probeRequest(bench, 'backend', 'GET', '/api/threads', { token });
  const verified = await probeRequest(bench, 'auth', 'GET', '/auth/verify', { token });
  const told = [control, verified].map((one) => (one.kind === 'answered' ? `HTTP ${one.status}` : one.kind));
  return {
    answer: control.kind === 'answered' && control.status < 400,
    text: `GET /api/threads: ${told[0] ?? ''}; GET /auth/verify: ${told[1] ?? ''}`,
  };
}

/** What a path that nobody serves is answered with: the baseline of a refusal. */
async function unknownPathProbe(bench: ProbeBench): Promise<ProbeAnswer> {
  const session = await probeSession(bench, { user: probeUser(bench), path: UNKNOWN_SOCKET_PATH });
  return { answer: session.opened, text: session.text };
}

/** The other published paths of sockets. */
async function otherPathProbe(bench: ProbeBench): Promise<ProbeAnswer> {
  const own = new URL(bench.climb.settings.websocketUrl).pathname;
  const seen: string[] = [];
  for (const path of SOCKET_PATHS.filter((known) => known !== own)) {
    const session = await probeSession(bench, { user: probeUser(bench), path });
    seen.push(`${path}: ${session.text}`);
    if (session.opened) return { answer: true, text: seen.join('; ') };
  }
  return { answer: false, text: seen.join('; ') };
}

/** No token, then one with a wrong signature: whether anybody is let in. Bounded by the number of invalid tokens. */
async function badTokenProbe(bench: ProbeBench): Promise<ProbeAnswer> {
  const seen: string[] = [];
  for (const token of ['none', 'wrong-signature'] as const) {
    if (bench.invalidLeft <= 0) break;
    const session = await probeSession(bench, { user: probeUser(bench), token });
    seen.push(`${token}: ${session.text}`);
    if (session.opened) return { answer: true, text: seen.join('; ') };
  }
  return { answer: seen.length === 0 ? null : false, text: seen.join('; ') || 'no invalid token is left' };
}

/** Whether a connection that says nothing is alive: a ping frame, and a message that is not JSON. */
async function livenessProbe(bench: ProbeBench): Promise<ProbeAnswer> {
  let text = '';
  const session = await probeSession(bench, { user: probeUser(bench) }, async (connection) => {
    using deadline = new Deadline(bench.climb.budgets.pong.failMs ?? 5_000, { parent: bench.signal });
    text = `pong after ${(await connection.ping(deadline.signal)).toFixed(1)} ms`;
    connection.sendText('{ this is not JSON');
    await connection.ping(deadline.signal);
    text += ', and again after a message that is not JSON';
  });
  return { answer: session.opened, text: text === '' ? session.text : text };
}

/** Waits as long as a breaker stays open, then asks once: one half-open probe, no more. */
async function coolDownProbe(bench: ProbeBench): Promise<ProbeAnswer> {
  const waitMs = COOL_DOWN_MS * bench.climb.settings.timeScale;
  await delay(waitMs, bench.signal);
  const session = await probeSession(bench, { user: probeUser(bench) });
  return { answer: session.opened, text: `after ${waitMs} ms: ${session.text}` };
}
