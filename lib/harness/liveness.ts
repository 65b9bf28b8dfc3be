import type { RuleId } from '../contract/rule.ts';
import { describeClose } from '../evidence/close-text.ts';
import { Deadline } from '../foundation/deadline.ts';
import type { Connection } from '../ws/connection.ts';
import type { CheckContext } from './check-context.ts';

/**
 * Requires a pong frame within the budget of a pong (RFC 6455 §5.5.3); an end of the connection breaks the same promise.
 * @param rule default `WS-PONG-MISSING`. @param bytes size of the payload, at most 125; default as small as tells one ping from another.
 */
export async function expectPong(
  t: CheckContext,
  connection: Connection,
  { rule = 'WS-PONG-MISSING', where, bytes }: { rule?: RuleId; where?: string; bytes?: number } = {},
): Promise<void> {
  const missing = await missingPong(t, connection, bytes);
  t.expectThat(missing === null, rule, {
    where: where ?? `connection of ${connection.facts.subject ?? 'nobody'}`,
    expected: `open, and a pong within ${pongBudgetMs(t)} ms`,
    actual: missing ?? 'a pong',
    evidence: [connection.facts.evidence],
  });
}

/** Sends a ping and says what came instead of its pong within the budget of a pong; null when it came. */
export async function missingPong(
  t: CheckContext,
  connection: Connection,
  bytes?: number,
): Promise<string | null> {
  using deadline = new Deadline(pongBudgetMs(t), { parent: t.signal });
  try {
    await connection.ping(deadline.signal, bytes);
    return null;
  } catch (error) {
    if (t.signal.aborted) throw error;
    const { closeFacts } = connection;
    return closeFacts === null ? 'no pong on an open connection' : describeClose(closeFacts);
  }
}

function pongBudgetMs(t: CheckContext): number {
  return t.budgets.pong.failMs ?? 5_000;
}

/** Requires the same, and ends the body of the check when it does not hold: what would follow could not be judged. */
export async function expectAlive(
  t: CheckContext,
  connection: Connection,
  about: { readonly rule?: RuleId; readonly where?: string } = {},
): Promise<void> {
  await expectPong(t, connection, about);
  t.stopIfBroken();
}
