import type { NegativeTokens } from '../auth/negative-token.ts';
import type { NegativeTokenName } from '../auth/negative-token-name.ts';
import type { Token } from '../auth/token.ts';
import { createUser, type User } from '../auth/user.ts';
import type { AuthTransport } from '../evidence/evidence.ts';
import type { Recorder } from '../evidence/ledger.ts';
import { HarnessError } from '../foundation/errors.ts';
import type { HttpMethod, HttpResult } from '../http/http-client.ts';
import type { Connection } from '../ws/connection.ts';
import { closeBudgetMs } from '../ws/connection-limits.ts';
import { openConnection } from '../ws/opening-handshake.ts';
import { awaitWelcome } from '../ws/welcome.ts';
import type { Climb } from './climb.ts';

/** What a probe works with: the clients of the ladder, a recorder, and a signal that ends with the probe budget. */
export interface ProbeBench {
  readonly climb: Climb;
  readonly negatives: NegativeTokens;
  readonly recorder: Recorder;
  readonly signal: AbortSignal;
  /** Invalid tokens that may still be sent (design.md §13.16). */
  invalidLeft: number;
}

export interface SessionAsk {
  readonly user: User;
  /** Default: the Authorization header. */
  readonly transport?: AuthTransport;
  /** Default: the path of WEBSOCKET_URL. */
  readonly path?: string;
  /** `none` opens without a token. Default: a valid one. */
  readonly token?: 'none' | NegativeTokenName;
}

/** How a session of a probe went: `opened` is a welcome. */
export interface ProbeSession {
  readonly opened: boolean;
  readonly text: string;
}

let users = 0;

/** A user of its own for each attempt, so that no breaker counts two of them together. */
export function probeUser(bench: ProbeBench): User {
  users += 1;
  return createUser(`probe-${users}`, { runId: bench.climb.runId });
}

/** Opens a session, hands it to `use` once it is welcomed, and closes it; whatever the target does is a result. */
export async function probeSession(
  bench: ProbeBench,
  ask: SessionAsk,
  use: (connection: Connection) => Promise<void> = async () => {},
): Promise<ProbeSession> {
  const handshake = await probeHandshake(bench, ask);
  if (handshake.kind === 'refused') return { opened: false, text: `HTTP ${handshake.status}` };
  if (handshake.kind === 'failed') return { opened: false, text: handshake.cause };
  if (handshake.kind === 'censored')
    return { opened: false, text: `no answer within ${handshake.budgetMs} ms` };
  const { connection } = handshake;
  try {
    const welcome = await awaitWelcome(connection, {
      budgetMs: bench.climb.budgets.welcome.failMs ?? 5_000,
      signal: bench.signal,
    });
    if (welcome.kind !== 'welcome') {
      return {
        opened: false,
        text: welcome.kind === 'closed' ? `closed with ${welcome.closed.code}` : welcome.kind,
      };
    }
    await use(connection);
    return { opened: true, text: `welcomed as ${welcome.welcome.userId ?? 'nobody named'}` };
  } finally {
    await connection[Symbol.asyncDispose]();
  }
}

/** Attempts one opening handshake in its turn. @throws {HarnessError} when no token can be got. */
export async function probeHandshake(bench: ProbeBench, ask: SessionAsk): ReturnType<typeof openConnection> {
  const { climb, recorder, signal } = bench;
  const token = await tokenOf(bench, ask);
  await climb.pace.turn(signal);
  const { settings } = climb;
  const url = ask.path === undefined ? settings.websocketUrl : new URL(ask.path, settings.websocketUrl).href;
  return openConnection({
    url,
    token,
    authTransport: token === null ? 'none' : (ask.transport ?? 'authorization-header'),
    runId: climb.runId,
    environment: settings.marker,
    origin: settings.websocketOrigin,
    cookies: climb.backend.cookies,
    recorder,
    secrets: climb.secrets,
    budgetMs: climb.budgets.connect.failMs ?? 10_000,
    limits: { closeBudgetMs: closeBudgetMs(settings.timeScale) },
    signal,
    ...(climb.caPem === null ? {} : { caPem: climb.caPem }),
  });
}

async function tokenOf(bench: ProbeBench, { token, user }: SessionAsk): Promise<Token | null> {
  const { climb, recorder, signal } = bench;
  if (token === undefined) return climb.tokens.tokenFor(user, { signal, recorder });
  bench.invalidLeft -= 1;
  return token === 'none' ? null : bench.negatives.tokenFor(token, user, { signal, recorder });
}

/** Sends one request of a probe. */
export async function probeRequest(
  bench: ProbeBench,
  target: 'backend' | 'auth',
  method: HttpMethod,
  path: string,
  options: { readonly token?: Token; readonly json?: unknown; readonly budgetMs?: number } = {},
): Promise<HttpResult> {
  const { climb, recorder, signal } = bench;
  return (target === 'auth' ? climb.auth : climb.backend).request({
    method,
    path,
    budgetMs: options.budgetMs ?? climb.budgets.health.failMs ?? 30_000,
    signal,
    recorder,
    ...(options.token === undefined ? {} : { token: options.token }),
    ...(options.json === undefined ? {} : { json: options.json }),
  });
}

/** True for an error that only says that nothing could be asked, such as a token source that does not answer. */
export function isUnasked(error: unknown): error is HarnessError {
  return error instanceof HarnessError && ASKED_IN_VAIN.has(error.code);
}

const ASKED_IN_VAIN: ReadonlySet<string> = new Set([
  'CAPABILITY_MISSING',
  'CONNECTION_CLOSED',
  'DEADLINE_EXCEEDED',
  'HANDSHAKE_FAILED',
  'HTTP_FAILED',
  'LIMIT_EXCEEDED',
  'TOKEN_REFUSED',
]);
