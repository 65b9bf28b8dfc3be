import type { User } from '../auth/user.ts';
import { matchIdentity, type Welcome } from '../contract/welcome.ts';
import { describeClose } from '../evidence/close-text.ts';
import { HarnessError } from '../foundation/errors.ts';
import { endRule, upgradeRule } from '../probes/wire-fault.ts';
import type { Connection } from '../ws/connection.ts';
import { answerHandshake, type SessionHandshakeResult } from '../ws/session-handshake.ts';
import { awaitWelcome } from '../ws/welcome.ts';
import type { ConnectOptions } from './check-connections.ts';
import type { CheckContext } from './check-context.ts';
import { Received } from './received.ts';

/** A connection that was welcomed as its user. */
export interface Session {
  readonly user: User;
  readonly connection: Connection;
  /** Everything that came on the connection, from its first message on. */
  readonly received: Received;
  readonly welcome: Welcome;
  readonly welcomeMs: number;
  /** Null when the policy declares that the target has none. */
  readonly handshake: SessionHandshakeResult | null;
  readonly threadId: string | null;
}

/**
 * Opens a session: token, opening handshake, welcome, session handshake. What the target broke is recorded
 * as a violation; what was not answered is thrown, because nothing was judged then.
 * @throws {HarnessError} `HANDSHAKE_FAILED`.
 */
export async function openSession(
  t: CheckContext,
  user: User,
  options: Omit<ConnectOptions, 'token'>,
): Promise<Session> {
  const token = await t.token(user);
  const result = await t.connect({ token, ...options });
  const where = `opening handshake of ${user.name} over ${options.transport ?? 'the accepted transport'}${options.path === undefined ? '' : ` at ${options.path}`}`;
  const illegal = result.kind === 'failed' ? upgradeRule(result.code) : null;
  if (result.kind === 'failed' && illegal !== null) {
    t.expectThat(false, illegal, {
      where,
      expected: 'a legal 101 answer (RFC 6455 §4.1)',
      actual: result.cause,
      evidence: [result.evidence],
    });
    t.stopIfBroken();
  }
  if (result.kind === 'failed' || result.kind === 'censored') {
    const what = result.kind === 'censored' ? `no answer within ${result.budgetMs} ms` : result.cause;
    throw new HarnessError(
      'HANDSHAKE_FAILED',
      `expected ${where} to be answered, got: ${what} (phase ${result.phase})`,
      {
        next: 'Check that the service is still running.',
      },
    );
  }
  if (result.kind === 'refused') {
    t.expectThat(false, refusedRule(options), {
      where,
      expected: 'HTTP 101 for a valid token',
      actual: `HTTP ${result.status}`,
      evidence: [result.evidence],
    });
    t.stopIfBroken();
    throw new TypeError('unreachable: a violation was recorded');
  }
  const { connection } = result;
  // Before anything is awaited: what comes ahead of the welcome counts too.
  const received = new Received(connection);
  const budgetMs = t.budgets.welcome.failMs ?? 5_000;
  const welcome = await awaitWelcome(connection, { budgetMs, signal: t.signal });
  const evidence = [result.evidence];
  if (welcome.kind === 'error-first') {
    const end = welcome.closed === null ? 'the connection stayed open' : describeClose(welcome.closed);
    t.expectThat(false, transportRule(options), {
      where,
      expected: 'a welcome for a valid token',
      actual: `error frame ${welcome.error.code ?? '-'}, then ${end}`,
      evidence,
    });
  } else if (welcome.kind === 'closed') {
    t.expectThat(false, endRule(connection, welcome.closed), {
      where,
      expected: 'a welcome for a valid token',
      actual: describeClose(welcome.closed),
      evidence,
    });
  } else if (welcome.kind === 'silence') {
    t.expectThat(false, 'WS-WELCOME-MISSING', {
      where,
      expected: `a welcome within ${budgetMs} ms`,
      actual: 'none',
      evidence,
    });
  }
  t.stopIfBroken();
  if (welcome.kind !== 'welcome') throw new TypeError('unreachable: a violation was recorded');
  t.expectThat(
    matchIdentity(welcome.welcome, token.subject ?? '') !== 'contradicted',
    'AUTH-IDENTITY-WRONG',
    {
      where: `welcome of ${user.name}`,
      expected: `user ${token.subject ?? '-'}`,
      actual: `user ${welcome.welcome.userId ?? '-'}`,
      evidence,
    },
  );
  // Somebody else's connection: what it says is no answer to this user.
  t.stopIfBroken();
  const handshake = t.lacks('session-handshake')
    ? null
    : await answerHandshake(connection, {
        budgetMs: t.budgets.handshake.failMs ?? 2_000,
        signal: t.signal,
      });
  if (handshake?.kind === 'closed') {
    t.expectThat(false, endRule(connection, handshake.closed), {
      where: `session handshake of ${user.name}`,
      expected: 'an open connection',
      actual: describeClose(handshake.closed),
      evidence: [...evidence, ...handshake.evidence],
    });
    t.stopIfBroken();
  }
  return {
    user,
    connection,
    received,
    welcome: welcome.welcome,
    welcomeMs: welcome.elapsedMs,
    handshake,
    threadId: handshake?.kind === 'complete' ? handshake.threadId : null,
  };
}

/** A valid token refused on one named transport or path breaks the promise of that one, not of the token. */
function transportRule(
  options: Omit<ConnectOptions, 'token'>,
): 'WS-PATH-NOT-SERVED' | 'WS-TRANSPORT-NOT-SERVED' | 'AUTH-TOKEN-REFUSED' {
  if (options.path !== undefined) return 'WS-PATH-NOT-SERVED';
  return options.transport === undefined ? 'AUTH-TOKEN-REFUSED' : 'WS-TRANSPORT-NOT-SERVED';
}

/** As `transportRule`, for an answer over HTTP. */
function refusedRule(
  options: Omit<ConnectOptions, 'token'>,
): 'WS-PATH-NOT-SERVED' | 'WS-TRANSPORT-NOT-SERVED' | 'WS-HANDSHAKE-REFUSED' {
  if (options.path !== undefined) return 'WS-PATH-NOT-SERVED';
  return options.transport === undefined ? 'WS-HANDSHAKE-REFUSED' : 'WS-TRANSPORT-NOT-SERVED';
}
