import { describeClose } from '../evidence/close-text.ts';
import { Deadline } from '../foundation/deadline.ts';
import type { RuleId } from '../contract/rule.ts';
import type { ReceivedMessage } from '../ws/connection.ts';
import type { CheckContext } from './check-context.ts';
import type { Session } from './session.ts';

/**
 * Waits for the first message that `accepts`; others are passed over. When it does not come within the
 * budget, `rule` is broken and the body of the check ends; when the connection ends instead, `closedRule`
 * is, by default `rule` as well.
 * @param closedRule null leaves the end unjudged. @throws {HarnessError} `CONNECTION_CLOSED` then.
 */
export async function awaitMessage(
  t: CheckContext,
  session: Session,
  wanted: {
    readonly what: string;
    readonly rule: RuleId;
    readonly closedRule?: RuleId | null;
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
      const rule = closeFacts === null || wanted.closedRule === undefined ? wanted.rule : wanted.closedRule;
      if (rule === null) throw error;
      const others = passed.length === 0 ? 'nothing else came' : `only ${passed.join(', ')} came`;
      t.expectThat(false, rule, {
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

/**
 * Waits for the first event of a turn that is to be cut off, for as long as a turn may take: how soon a turn begins is
 * judged elsewhere. @throws {HarnessError} `CONNECTION_CLOSED`.
 */
export async function awaitFirstEvent(t: CheckContext, session: Session): Promise<void> {
  await awaitMessage(t, session, {
    what: 'the first event of the turn',
    rule: 'TIM-TURN',
    closedRule: null,
    budgetMs: t.budgets.turn.failMs ?? 90_000,
    accepts: ({ frame }) => frame.kind === 'agent-event',
  });
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
