import type { Token } from '../auth/token.ts';
import { describeClose } from '../evidence/close-text.ts';
import type { HandshakeResult } from '../ws/handshake.ts';
import { awaitWelcome } from '../ws/welcome.ts';
import type { CheckContext } from './check-context.ts';
import { observed } from './lag.ts';
import type { LatencySample } from './latency.ts';

/** Openings below which neither a success rate nor a 95th percentile says anything (requirements.md Part C). */
export const OPENINGS_FLOOR = 20;
/** Openings that are made: a few more, so that one that fails leaves enough values of the others. */
export const OPENINGS = 24;
const AT_ONCE = 4;

/** One opening: a connection that was welcomed, or what came instead. */
export interface Opening {
  readonly kind: 'welcomed' | 'refused' | 'failed' | 'closed' | 'error-first' | 'silence';
  readonly text: string;
  /** Null unless the target answered 101. */
  readonly connectMs: number | null;
  readonly welcomeMs: number | null;
  /** Close code, when the target ended the connection. */
  readonly closeCode: number | null;
  readonly evidence: string;
}

/** Openings of one user with one token. */
export interface Openings {
  readonly all: readonly Opening[];
  readonly lagMs: number;
}

/** Opens and closes connections of one user, four at a time, once for all checks of this worker. */
export async function openings(t: CheckContext): Promise<Openings> {
  return t.shared('openings', async () => {
    const token = await t.token(t.user('opener'));
    const { value, lagMs } = await observed(async () => {
      const all: Opening[] = [];
      while (all.length < OPENINGS) {
        all.push(...(await Promise.all(Array.from({ length: AT_ONCE }, async () => openOnce(t, token)))));
      }
      return all;
    });
    return { all: value, lagMs };
  });
}

/** Opens one connection, waits for its welcome, for twice as long as a welcome may take, and closes it. */
export async function openOnce(t: CheckContext, token: Token): Promise<Opening> {
  const result = await t.connect({ token });
  const { evidence } = result;
  const nothing = { connectMs: null, welcomeMs: null, closeCode: null, evidence };
  if (result.kind !== 'open') {
    const kind = result.kind === 'refused' ? 'refused' : 'failed';
    return { ...nothing, kind, text: describeNoConnection(result) };
  }
  const { connection } = result;
  // Longer than the promise, so that a late welcome is a value and not a hole in the sample.
  const budgetMs = 2 * (t.budgets.welcome.failMs ?? 5_000);
  const welcome = await awaitWelcome(connection, { budgetMs, signal: t.signal });
  const opened = { connectMs: result.timings.totalMs, welcomeMs: null, evidence };
  switch (welcome.kind) {
    case 'welcome':
      await connection.close();
      return { ...opened, kind: 'welcomed', text: 'welcomed', welcomeMs: welcome.elapsedMs, closeCode: null };
    case 'closed':
      return {
        ...opened,
        kind: 'closed',
        text: describeClose(welcome.closed),
        closeCode: welcome.closed.code,
      };
    case 'error-first':
      return {
        ...opened,
        kind: 'error-first',
        text: `error frame ${welcome.error.code ?? '-'}`,
        closeCode: welcome.closed?.code ?? null,
      };
    case 'silence':
      await connection.close();
      return { ...opened, kind: 'silence', text: `no welcome within ${budgetMs} ms`, closeCode: null };
  }
}

/** Says why an attempt led to no connection. */
export function describeNoConnection(result: Exclude<HandshakeResult, { readonly kind: 'open' }>): string {
  switch (result.kind) {
    case 'refused':
      return `HTTP ${result.status}`;
    case 'failed':
      return result.cause;
    case 'censored':
      return `no answer within ${result.budgetMs} ms`;
  }
}

/** One duration of every opening that has it. */
export function openingLatency(
  { all, lagMs }: Openings,
  name: string,
  of: (opening: Opening) => number | null,
): LatencySample {
  const valuesMs = all.map(of).filter((value) => value !== null);
  return { name, valuesMs, missing: all.length - valuesMs.length, lagMs, evidence: [] };
}
