import { CloseCode } from '../contract/close-code.ts';
import { describeClose } from '../evidence/close-text.ts';
import { Deadline } from '../foundation/deadline.ts';
import { HarnessError } from '../foundation/errors.ts';
import type { CheckContext } from './check-context.ts';
import { expectAlive, expectPong } from './liveness.ts';

/** The longest payload of a control frame (RFC 6455 §5.5). */
const CONTROL_BYTES = 125;

/** Requires that a pong repeats the whole payload of its ping (RFC 6455 §5.5.3). */
export async function expectEchoedPing(t: CheckContext): Promise<void> {
  const { connection } = await t.session(t.user());
  // The control: a short ping is answered, so that silence on the long one is about its payload.
  await expectAlive(t, connection, { where: 'ping of a few bytes' });
  const where = `ping of ${CONTROL_BYTES} bytes, which a pong repeats`;
  await expectPong(t, connection, { where, bytes: CONTROL_BYTES });
}

/** Requires that the target ends a connection on which a client does not mask its frames (RFC 6455 §5.1). */
export async function expectUnmaskedRefused(t: CheckContext): Promise<void> {
  const { connection } = await t.session(t.user());
  const budgetMs = t.budgets.welcome.failMs ?? 5_000;
  using deadline = new Deadline(budgetMs, { parent: t.signal });
  connection.sendParts(['{"type":"ping"}'], { unmasked: true });
  const closed = await endWithin(connection.closed, deadline, t.signal);
  if (closed === null) {
    t.expectThat(false, 'WS-UNMASKED-ACCEPTED', {
      where: 'frame without a mask',
      expected: `the end of the connection within ${budgetMs} ms`,
      actual: 'an open connection',
      evidence: [connection.facts.evidence],
    });
    return;
  }
  t.note(`close code ${closed.code}`);
  t.expectThat(closed.code !== CloseCode.InternalError, 'WS-CLOSE-INTERNAL-ERROR', {
    where: 'frame without a mask',
    expected: 'close code 1002, or the end of the connection',
    actual: describeClose(closed),
    evidence: [connection.facts.evidence],
  });
}

async function endWithin<T>(ended: Promise<T>, deadline: Deadline, outer: AbortSignal): Promise<T | null> {
  try {
    return await deadline.race('the end of the connection', () => ended);
  } catch (error) {
    if (outer.aborted) throw error;
    if (error instanceof HarnessError && error.code === 'DEADLINE_EXCEEDED') return null;
    throw error;
  }
}
