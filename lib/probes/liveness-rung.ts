import { describeClose } from '../evidence/close-text.ts';
import { Deadline } from '../foundation/deadline.ts';
import type { Connection } from '../ws/connection.ts';
import type { Climb, RungOutcome } from './climb.ts';
import { endRule } from './wire-fault.ts';

/** A ping frame is answered by a pong (RFC 6455 §5.5.2): the connection is not half open. */
export async function livenessRung(climb: Climb): Promise<RungOutcome> {
  const { connection } = climb;
  if (connection === null) throw new TypeError('the liveness rung stands on a welcomed connection');
  const budgetMs = climb.budgets.pong.failMs ?? 5_000;
  using deadline = new Deadline(budgetMs, { parent: climb.signal });
  try {
    const roundTripMs = await connection.ping(deadline.signal);
    return { state: 'held', actual: `pong after ${roundTripMs.toFixed(1)} ms` };
  } catch (error) {
    if (climb.signal.aborted) throw error;
    const { closeFacts } = connection;
    const expected = `a pong within ${budgetMs} ms`;
    if (closeFacts !== null) {
      const rule = endRule(connection, closeFacts);
      return { state: 'broken', rule, expected, actual: describeClose(closeFacts) };
    }
    return (await answersMessages(climb, connection))
      ? {
          state: 'broken',
          rule: 'WS-PONG-MISSING',
          expected,
          actual: 'none, on a connection that answers messages',
        }
      : {
          state: 'broken',
          rule: 'WS-HALF-OPEN',
          expected,
          actual: 'none, and the connection stayed open and silent',
        };
  }
}

/** Whether a `ping` message is answered: a connection that does not answer ping frames need not be dead. */
async function answersMessages(climb: Climb, connection: Connection): Promise<boolean> {
  if (climb.missingCapabilities.includes('application-ping')) return false;
  using deadline = new Deadline(climb.budgets.welcome.failMs ?? 5_000, { parent: climb.signal });
  try {
    const sentAtMs = connection.recorder.now();
    connection.send({ type: 'ping' });
    let answer = await connection.next('an answer to a ping message', deadline.signal);
    while (answer.atMs < sentAtMs) answer = await connection.next('a newer message', deadline.signal);
    return true;
  } catch (error) {
    if (climb.signal.aborted) throw error;
    return false;
  }
}
