import { Deadline } from '../foundation/deadline.ts';
import type { RuleId } from '../contract/rule.ts';
import { describeClose } from '../probes/session-rungs.ts';
import type { ReceivedMessage } from '../ws/connection.ts';
import type { CheckContext } from './check-context.ts';
import type { Session } from './session.ts';

/**
 * Waits for the first message that `accepts`; others are passed over. When it does not come within the
 * budget, `rule` is broken and the body of the check ends; when the connection ends instead, `closedRule`
 * is, by default `rule` as well.
 */
export async function awaitMessage(
  t: CheckContext,
  session: Session,
  wanted: {
    readonly what: string;
    readonly rule: RuleId;
    readonly closedRule?: RuleId;
    readonly budgetMs: number;
    readonly accepts: (message: ReceivedMessage) => boolean;
  },
): Promise<ReceivedMessage> {
  using deadline = new Deadline(wanted.budgetMs, { parent: t.signal });
  const passed: string[] = [];
  for (;;) {
    let message: ReceivedMessage;
    try {
      message = await session.connection.next(wanted.what, deadline.signal);
    } catch (error) {
      if (t.signal.aborted) throw error;
      const { closeFacts } = session.connection;
      const others = passed.length === 0 ? 'nothing else came' : `only ${passed.join(', ')} came`;
      t.expectThat(false, closeFacts === null ? wanted.rule : (wanted.closedRule ?? wanted.rule), {
        where: `connection of ${session.user.name}`,
        expected: `${wanted.what} within ${wanted.budgetMs} ms`,
        actual: `${closeFacts === null ? 'none on an open connection' : describeClose(closeFacts)}; ${others}`,
        evidence: [session.connection.facts.evidence],
      });
      t.stopIfBroken();
      throw error;
    }
    if (wanted.accepts(message)) return message;
    passed.push(message.frame.kind);
  }
}

/** Requires that a connection still answers a ping frame; when it does not, `rule` is broken and the body of the check ends. */
export async function expectAlive(t: CheckContext, session: Session, rule: RuleId): Promise<void> {
  const { connection } = session;
  const budgetMs = t.budgets.welcome.failMs ?? 5_000;
  using deadline = new Deadline(budgetMs, { parent: t.signal });
  try {
    await connection.ping(deadline.signal);
  } catch (error) {
    if (t.signal.aborted) throw error;
    const { closeFacts } = connection;
    t.expectThat(false, rule, {
      where: `connection of ${session.user.name}`,
      expected: `open, and a pong within ${budgetMs} ms`,
      actual: closeFacts === null ? 'no pong on an open connection' : describeClose(closeFacts),
      evidence: [connection.facts.evidence],
    });
    t.stopIfBroken();
    throw error;
  }
}

/** The wire type of a message, for messages that no dialect folds. */
export function wireType(message: ReceivedMessage): string | null {
  const { frame } = message;
  switch (frame.kind) {
    case 'agent-event':
      return frame.event.wireType;
    case 'liveness':
      return frame.liveness.type;
    case 'other':
    case 'unknown':
      return frame.type;
    case 'welcome':
    case 'handshake':
    case 'error':
    case 'malformed':
      return null;
  }
}

/** Requires a pong frame within `budgetMs` (RFC 6455 §5.5.3); an end of the connection breaks the same promise. */
export async function expectPong(t: CheckContext, session: Session, budgetMs: number): Promise<void> {
  using deadline = new Deadline(budgetMs, { parent: t.signal });
  try {
    await session.connection.ping(deadline.signal);
  } catch (error) {
    if (t.signal.aborted) throw error;
    const { closeFacts } = session.connection;
    t.expectThat(false, 'WS-PONG-MISSING', {
      where: `connection of ${session.user.name}`,
      expected: `a pong within ${budgetMs} ms`,
      actual: closeFacts === null ? 'none on an open connection' : describeClose(closeFacts),
      evidence: [session.connection.facts.evidence],
    });
  }
}
