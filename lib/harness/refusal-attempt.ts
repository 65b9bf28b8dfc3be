import type { Token } from '../auth/token.ts';
import type { AttemptOutcome } from '../contract/refusal.ts';
import { matchIdentity } from '../contract/welcome.ts';
import { describeClose } from '../evidence/close-text.ts';
import type { AuthTransport } from '../evidence/evidence.ts';
import { HarnessError } from '../foundation/errors.ts';
import type { Leak } from '../http/leak.ts';
import type { Connection } from '../ws/connection.ts';
import { awaitWelcome, type WelcomeResult } from '../ws/welcome.ts';
import type { CheckContext } from './check-context.ts';

/** What an attempt to connect with a token led to, good or bad. */
export interface RefusalAttempt {
  readonly outcome: AttemptOutcome;
  readonly text: string;
  readonly evidence: string;
  /** Secrets that the target sent back. */
  readonly leaks: readonly Leak[];
  /** True when the connection was welcomed as this subject, or as nobody in particular, and stayed open. */
  readonly isWelcomeOf: (subject: string | null) => boolean;
  readonly wasWelcomed: boolean;
  /** Why the target says that it refused: close reason, or body of an HTTP refusal; null when it did not refuse. */
  readonly reason: string | null;
  readonly elapsedMs: number;
  /** Of an HTTP refusal. */
  readonly retryAfter: string | null;
}

export interface AttemptOptions {
  /**
   * What is expected: a connection that must be refused is looked at beyond its welcome, and paced. A `failure` is a
   * refusal on purpose that is not paced: three in a row are to open the breaker.
   */
  readonly expects: 'refusal' | 'failure' | 'welcome';
  readonly transport?: AuthTransport;
  /** Default: the target. */
  readonly url?: string;
}

/** Opens a connection with a token, waits for what decides it, and closes it. */
export async function attemptConnection(
  t: CheckContext,
  token: Token | null,
  options: AttemptOptions,
): Promise<RefusalAttempt> {
  return concluded(await decided(t, token, options));
}

/**
 * Opens `count` connections with one token and closes none before all are decided: that they were open at the same moment does not
 * hang on how fast the target answers.
 */
export async function attemptTogether(
  t: CheckContext,
  token: Token,
  count: number,
): Promise<readonly RefusalAttempt[]> {
  const held = await Promise.all(
    Array.from({ length: count }, async () => decided(t, token, { expects: 'welcome' })),
  );
  return Promise.all(held.map(concluded));
}

/** An attempt that is decided; its connection may still be open. */
interface DecidedAttempt {
  readonly attempt: RefusalAttempt;
  /** Null without a 101 answer. */
  readonly connection: Connection | null;
}

/** Closes what an attempt left open; what came until then may hold secrets, too. */
async function concluded({ attempt, connection }: DecidedAttempt): Promise<RefusalAttempt> {
  if (connection === null) return attempt;
  if (attempt.outcome.kind === 'open') await connection.close();
  return { ...attempt, leaks: leaksOf(connection) };
}

async function decided(
  t: CheckContext,
  token: Token | null,
  options: AttemptOptions,
): Promise<DecidedAttempt> {
  const { expects, transport, url } = options;
  if (expects === 'refusal') await t.refusalTurn();
  const startedAt = t.recorder.now();
  const result = await t.connect({
    token,
    ...(transport === undefined ? {} : { transport }),
    ...(url === undefined ? {} : { url }),
  });
  const { evidence } = result;
  const base = {
    evidence,
    leaks: [],
    isWelcomeOf: () => false,
    wasWelcomed: false,
    reason: null,
    retryAfter: null,
  } as const;
  const elapsedMs = (): number => t.recorder.now() - startedAt;
  switch (result.kind) {
    case 'refused':
      return {
        connection: null,
        attempt: {
          ...base,
          outcome: { kind: 'refused', status: result.status },
          text: `HTTP ${result.status}`,
          leaks: result.leaks,
          reason: result.body.trim(),
          retryAfter: result.headers['retry-after'] ?? null,
          elapsedMs: elapsedMs(),
        },
      };
    case 'failed':
    case 'censored': {
      const cause = result.kind === 'failed' ? result.cause : `no answer within ${result.budgetMs} ms`;
      const outcome = { kind: 'failed', phase: result.phase, cause } as const;
      return { connection: null, attempt: { ...base, outcome, text: cause, elapsedMs: elapsedMs() } };
    }
    case 'open':
      break;
  }
  const { connection } = result;
  const budgetMs = t.budgets.welcome.failMs ?? 5_000;
  const first = await awaitWelcome(connection, { budgetMs, signal: t.signal });
  const decidedAfterMs = elapsedMs();
  const welcome = first.kind === 'welcome' ? first.welcome : null;
  // A welcome lets somebody in, unless the connection ends at once: then it was sent too early.
  const decisive =
    welcome === null || expects === 'welcome'
      ? first
      : await awaitWelcome(connection, { budgetMs: t.budgets.handshake.failMs ?? 2_000, signal: t.signal });
  const end = describeEnd(decisive, budgetMs);
  const before = welcome !== null && decisive !== first ? 'a welcome, then ' : '';
  const attempt = {
    ...base,
    outcome: end.outcome,
    text: `${before}${welcome !== null && end.outcome.kind === 'open' ? `a welcome as ${welcome.userId ?? 'nobody named'}` : end.text}`,
    isWelcomeOf: (subject: string | null) =>
      welcome !== null &&
      end.outcome.kind === 'open' &&
      matchIdentity(welcome, subject ?? '') !== 'contradicted',
    wasWelcomed: welcome !== null,
    reason: end.outcome.kind === 'closed' ? end.outcome.reason : null,
    elapsedMs: decidedAfterMs,
  };
  return { attempt, connection };
}

/** A connection that must be judged, whichever way it ended. @throws {HarnessError} `HANDSHAKE_FAILED` without an answer. */
export function assertAnswered(attempt: RefusalAttempt, what: string): void {
  if (attempt.outcome.kind !== 'failed') return;
  throw new HarnessError('HANDSHAKE_FAILED', `expected an answer to ${what}, got: ${attempt.text}`, {
    next: 'Check that the service is still running.',
  });
}

/**
 * Requires that a valid token was welcomed, as whomever; ends the body otherwise. What comes over HTTP is a refusal of the opening,
 * unless its status speaks of the token (RFC 9110 §15.5.2, §15.5.4).
 * @throws {HarnessError} `HANDSHAKE_FAILED` without an answer.
 */
export function expectWelcomed(t: CheckContext, attempt: RefusalAttempt, where: string): void {
  assertAnswered(attempt, where);
  t.expectThat(attempt.wasWelcomed, ruleOfRefusal(attempt), {
    where,
    expected: 'a welcome for a valid token',
    actual: attempt.text,
    evidence: [attempt.evidence],
  });
  t.stopIfBroken();
}

/** The rule that a valid token which was not welcomed broke. */
export function ruleOfRefusal({ outcome }: RefusalAttempt): RuleOfRefusal {
  if (outcome.kind === 'open') return 'WS-WELCOME-MISSING';
  const isOfOpening = outcome.kind === 'refused' && outcome.status !== 401 && outcome.status !== 403;
  return isOfOpening ? 'WS-HANDSHAKE-REFUSED' : 'AUTH-TOKEN-REFUSED';
}

type RuleOfRefusal = 'AUTH-TOKEN-REFUSED' | 'WS-HANDSHAKE-REFUSED' | 'WS-WELCOME-MISSING';

function leaksOf(connection: Connection): readonly Leak[] {
  return [...connection.leaks];
}

function describeEnd(
  result: WelcomeResult,
  budgetMs: number,
): { readonly outcome: AttemptOutcome; readonly text: string } {
  switch (result.kind) {
    case 'welcome':
      return { outcome: { kind: 'open' }, text: 'a welcome' };
    case 'silence':
      return { outcome: { kind: 'open' }, text: `open, and silent for ${budgetMs} ms` };
    case 'closed':
    case 'error-first': {
      const { closed } = result;
      if (closed === null) {
        return { outcome: { kind: 'open' }, text: 'an error frame, and the connection stayed open' };
      }
      const errorFrameBefore = result.kind === 'error-first';
      const frame = result.kind === 'error-first' ? `error frame ${result.error.code ?? '-'}, then ` : '';
      const { code, reason } = closed;
      return {
        outcome: { kind: 'closed', code, reason, errorFrameBefore, welcomed: false },
        text: `${frame}${describeClose(closed)}`,
      };
    }
  }
}
