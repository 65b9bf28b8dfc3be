import { startAgent } from '../contract/client-message.ts';
import { describeClose } from '../evidence/close-text.ts';
import { delay } from '../foundation/deadline.ts';
import { expectBody } from './body.ts';
import type { CheckContext } from './check-context.ts';
import { awaitFirstEvent } from './frame-wait.ts';
import { observed } from './lag.ts';
import { expectLatency } from './latency.ts';
import { expectPong } from './liveness.ts';
import { openOnce, type Opening } from './openings.ts';

/** Reconnects that must all succeed (requirements.md Part C: 3 of 3). */
export const RECONNECTS = 3;

/** Requires that a client which chatted and closed its connection is served again with the same token, three times, in time. */
export async function expectReconnect(t: CheckContext): Promise<void> {
  const user = t.user();
  const session = await t.session(user);
  await t.turn(session, { prompt: 'use no tools: goodbye', graceMs: 0 });
  await session.connection.close();
  const token = await t.token(user);
  const { value: again, lagMs } = await observed(async () => {
    const all: Opening[] = [];
    for (let number = 0; number < RECONNECTS; number += 1) all.push(await openOnce(t, token));
    return all;
  });
  for (const [index, opening] of again.entries()) expectWelcomed(t, opening, `reconnect ${index + 1}`);
  t.stopIfBroken();
  const valuesMs = again.map(({ connectMs, welcomeMs }) => (connectMs ?? 0) + (welcomeMs ?? 0));
  expectLatency(t, { name: 'reconnect', valuesMs, missing: 0, lagMs, evidence: [] }, [
    { statistic: 'max', rule: 'TIM-RECONNECT', ...t.budgets.reconnect },
  ]);
}

/** Requires that a client whose connection broke off in the middle of a turn is served again at once. */
export async function expectReconnectAfterBreak(t: CheckContext): Promise<void> {
  const user = t.user();
  const session = await t.session(user);
  session.connection.send(startAgent('use 2 tools: this turn is cut off', { threadId: session.threadId }));
  await awaitFirstEvent(t, session);
  const ended = await session.connection.terminate();
  t.note(`cut by us ${ended.msSinceOpen.toFixed(0)} ms after open`);
  expectWelcomed(t, await openOnce(t, await t.token(user)), 'reconnect after a break');
}

function expectWelcomed(t: CheckContext, opening: Opening, where: string): void {
  t.expectThat(opening.kind === 'welcomed', 'WS-RECONNECT-REFUSED', {
    where,
    expected: 'a welcome',
    actual: opening.text,
    evidence: [opening.evidence],
  });
}

/** Requires that a turn on a second connection is answered, and that the thread then holds the turns of both. */
export async function expectHistory(t: CheckContext): Promise<void> {
  const user = t.user();
  const markers = [t.canary(), t.canary()];
  let threadId: string | null = null;
  for (const marker of markers) {
    const session = await t.session(user);
    threadId ??= session.threadId;
    const turn = await t.turn(session, {
      prompt: `use no tools: remember ${marker}`,
      graceMs: 0,
      ...(threadId === null ? {} : { threadId }),
    });
    threadId ??= turn.threadId;
    t.expectThat(turn.ended === 'terminal', 'WS-MESSAGE-LOST', {
      where: `connection ${markers.indexOf(marker) + 1} of ${markers.length}`,
      expected: 'an answer to the message',
      actual: `${turn.events.length} events, then ${turn.ended}`,
      evidence: [turn.evidence],
    });
    await session.connection.close();
  }
  t.stopIfBroken();
  const path = `/api/threads/${threadId ?? ''}/messages`;
  const page = expectBody(t, 'message-page', await t.answered('GET', path, { token: await t.token(user) }));
  t.expectEqual('WS-RESUME-LOST', {
    where: path,
    expected: markers,
    actual: markers.filter((marker) =>
      page.messages.some(({ role, content }) => role === 'user' && content.includes(marker)),
    ),
  });
}

/** Requires that a connection on which nothing is said for `idleMs` is still open and still answers. */
export async function expectIdleSurvival(t: CheckContext, idleMs: number): Promise<void> {
  const session = await t.session(t.user());
  const { connection } = session;
  const startMs = t.recorder.now();
  await Promise.race([delay(idleMs, t.signal), connection.closed]);
  const idleForMs = t.recorder.now() - startMs;
  t.record({ kind: 'measure', name: 'idle time', unit: 'ms', value: Math.round(idleForMs), of: 'target' });
  t.note(`idle for ${idleForMs.toFixed(0)} ms at time scale ${t.settings.timeScale}`);
  const { closeFacts } = connection;
  t.expectThat(closeFacts === null, 'WS-IDLE-CUT', {
    where: 'idle connection',
    expected: `open after ${idleMs} ms`,
    actual: closeFacts === null ? 'open' : describeClose(closeFacts),
    evidence: [connection.facts.evidence],
  });
  t.stopIfBroken();
  await expectPong(t, connection, { where: `connection that was idle for ${idleMs} ms` });
}
