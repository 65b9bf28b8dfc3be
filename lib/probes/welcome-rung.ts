import { matchIdentity } from '../contract/welcome.ts';
import { describeClose } from '../evidence/close-text.ts';
import { Deadline } from '../foundation/deadline.ts';
import { answerHandshake } from '../ws/session-handshake.ts';
import type { Climb, RungOutcome, SessionAttempt } from './climb.ts';
import { describeAttempt, errorFrameRule } from './session-attempt.ts';
import { endRule } from './wire-fault.ts';

/** The welcome comes within its budget and names the user of the token. */
export async function welcomeRung(climb: Climb): Promise<RungOutcome> {
  const accepted = climb.attempts.find(({ welcome }) => welcome?.kind === 'welcome');
  const attempt = accepted ?? climb.attempts.find(({ handshake }) => handshake.kind === 'open');
  if (attempt?.handshake.kind !== 'open' || attempt.welcome === null) {
    throw new TypeError('the welcome rung stands on an open connection');
  }
  const { connection } = attempt.handshake;
  const { welcome } = attempt;
  const expected = 'a welcome as the user of the token';
  switch (welcome.kind) {
    case 'error-first':
      return {
        state: 'broken',
        rule: errorFrameRule(climb, welcome.closed),
        expected,
        actual: climb.attempts.map(describeAttempt).join('; '),
      };
    case 'closed':
      return {
        state: 'broken',
        rule: endRule(connection, welcome.closed),
        expected,
        actual: describeClose(welcome.closed),
      };
    case 'silence': {
      const alive = await isAlive(climb, attempt);
      return {
        state: 'broken',
        rule: alive ? 'WS-WELCOME-MISSING' : 'WS-HALF-OPEN',
        expected: `a welcome within ${welcome.budgetMs} ms`,
        actual: alive ? 'nothing, on a connection that answers pings' : 'nothing, and no pong either',
      };
    }
    case 'welcome':
      break;
  }
  const subject = climb.token?.subject ?? '';
  if (matchIdentity(welcome.welcome, subject) === 'contradicted') {
    return {
      state: 'broken',
      rule: 'AUTH-IDENTITY-WRONG',
      expected: `user ${subject}`,
      actual: `user ${welcome.welcome.userId ?? '-'}`,
    };
  }
  const handshake = climb.missingCapabilities.includes('session-handshake')
    ? null
    : await answerHandshake(connection, {
        budgetMs: climb.budgets.handshake.failMs ?? 2_000,
        signal: climb.signal,
      });
  climb.connection = connection;
  climb.threadId = handshake?.kind === 'complete' ? handshake.threadId : null;
  return {
    state: 'held',
    actual: `${welcome.welcome.variant} after ${welcome.elapsedMs.toFixed(0)} ms over ${attempt.transport}`,
  };
}

async function isAlive(climb: Climb, attempt: SessionAttempt): Promise<boolean> {
  if (attempt.handshake.kind !== 'open') return false;
  using deadline = new Deadline(climb.budgets.pong.failMs ?? 5_000, { parent: climb.signal });
  try {
    await attempt.handshake.connection.ping(deadline.signal);
    return true;
  } catch (error) {
    if (climb.signal.aborted) throw error;
    return false;
  }
}
