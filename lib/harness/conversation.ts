import type { Token } from '../auth/token.ts';
import { startAgent } from '../contract/client-message.ts';
import { describeClose } from '../evidence/close-text.ts';
import type { ChatTurn } from '../ws/turn.ts';
import { awaitWelcome } from '../ws/welcome.ts';
import { expectBody } from './body.ts';
import type { CheckContext } from './check-context.ts';
import { describeNoConnection } from './openings.ts';
import { awaitFirstEvent, awaitMessage } from './frame-wait.ts';
import { expectAlive, expectPong } from './liveness.ts';
import type { Session } from './session.ts';

/** Messages sent at once on one connection. */
export const RAPID_MESSAGES = 5;
/** Connections of one user at once (requirements.md Part C, concurrency of the gate). */
export const TABS = 10;

/** Texts that no generation of the server can read as a message (wire-contract.md §4.2, §4.5). */
const UNREADABLE = ['{"type": "start_agent", ', 'null', '[1, 2]', '42', '"text"'] as const;

async function expectErrorFrame(t: CheckContext, session: Session, what: string): Promise<void> {
  await awaitMessage(t, session, {
    what: `an error frame for ${what}`,
    rule: 'WS-BAD-MESSAGE-IGNORED',
    closedRule: 'WS-BAD-MESSAGE-CLOSED',
    budgetMs: t.budgets.welcome.failMs ?? 5_000,
    accepts: ({ frame }) => frame.kind === 'error',
  });
}

/** Requires an error frame for a start that names an unknown agent, and that the connection then still answers. */
export async function expectUnknownAgentRefused(t: CheckContext): Promise<void> {
  const session = await t.session(t.user());
  session.connection.send(
    startAgent('hello', { threadId: session.threadId, agentName: `agent_of_nobody_${t.canary()}` }),
  );
  await expectErrorFrame(t, session, 'an unknown agent');
  await expectAlive(t, session.connection, { rule: 'WS-BAD-MESSAGE-CLOSED' });
}

/** Requires an error frame for each of several unreadable messages, and that a turn on the same connection then works. */
export async function expectUnreadableSurvived(t: CheckContext): Promise<void> {
  const session = await t.session(t.user());
  for (const text of UNREADABLE) {
    session.connection.sendText(text);
    await expectErrorFrame(t, session, text);
  }
  const turn = await t.turn(session, { prompt: 'use no tools: are you still there?', graceMs: 0 });
  t.expectThat(turn.ended === 'terminal', 'WS-MESSAGE-LOST', {
    where: `turn after ${UNREADABLE.length} unreadable messages`,
    expected: 'terminal',
    actual: turn.ended,
    evidence: [turn.evidence],
  });
}

/** Requires that one byte more than the limit of `/ws/config` ends the connection with close code 1009. */
export async function expectMessageLimit(t: CheckContext): Promise<void> {
  const limits = expectBody(t, 'socket-limits', await t.answered('GET', '/ws/config'));
  t.expectThat(limits.maxMessageBytes !== null, 'API-BODY', {
    where: '/ws/config',
    expected: 'a message size limit',
    actual: 'none',
  });
  t.stopIfBroken();
  const session = await t.session(t.user());
  session.connection.sendText('x'.repeat((limits.maxMessageBytes ?? 0) + 1));
  const budgetMs = t.budgets.welcome.failMs ?? 5_000;
  const closed = await closedWithin(session, budgetMs);
  t.expectThat(closed !== null, 'WS-MESSAGE-LIMIT-IGNORED', {
    where: `a message of ${(limits.maxMessageBytes ?? 0) + 1} bytes`,
    expected: `close code 1009 within ${budgetMs} ms (RFC 6455 §7.4.1)`,
    actual: 'the connection stayed open',
    evidence: [session.connection.facts.evidence],
  });
  t.stopIfBroken();
  t.expectEqual('WS-CLOSE-CODE', { where: 'message above the limit', expected: 1009, actual: closed });
}

async function closedWithin(session: Session, budgetMs: number): Promise<number | null> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), budgetMs);
  });
  const ended = await Promise.race([session.connection.closed, over]);
  clearTimeout(timer);
  return ended?.code ?? null;
}

/** Requires that each of several messages sent at once on one connection is answered, started in the order of sending. */
export async function expectRapidMessages(t: CheckContext): Promise<void> {
  const session = await t.session(t.user());
  const sent: Promise<ChatTurn>[] = [];
  for (let number = 1; number <= RAPID_MESSAGES; number += 1) {
    // A question each: confirmations of messages that only count up may well be alike.
    const prompt = `use no tools: how much is ${number} times 17?`;
    sent.push(t.turn(session, { prompt, graceMs: 0 }));
  }
  const turns = await Promise.all(sent);
  const unanswered = turns.filter(({ ended }) => ended !== 'terminal');
  t.expectThat(unanswered.length === 0, 'WS-MESSAGE-LOST', {
    where: `${RAPID_MESSAGES} messages at once on one connection`,
    expected: 'a terminal event for each',
    actual: `${unanswered.length} without one`,
    evidence: unanswered.map(({ evidence }) => evidence),
  });
  t.stopIfBroken();
  const starts = turns.map(({ sentAtMs, firstEventMs }) => sentAtMs + (firstEventMs ?? Number.NaN));
  t.expectThat(
    starts.every((start, at) => at === 0 || start >= (starts[at - 1] ?? Number.NaN)),
    'API-MESSAGE-ORDER',
    {
      where: `first events of ${RAPID_MESSAGES} messages at once`,
      expected: 'in the order of sending',
      actual: starts.map((start) => (start - (starts[0] ?? 0)).toFixed(1)).join(', '),
    },
  );
}

/** Requires that ten connections with one token at once are all welcomed as its user and alive. */
export async function expectTabs(t: CheckContext): Promise<void> {
  const token = await t.token(t.user());
  const tabs = await Promise.all(Array.from({ length: TABS }, async () => openTab(t, token)));
  const open = tabs.filter(({ identity }) => identity !== null);
  t.expectThat(open.length === TABS, 'WS-CONCURRENCY', {
    where: `${TABS} connections with one token at once`,
    expected: `${TABS} welcomed and alive`,
    actual: `${open.length}; ${tabs.find(({ identity }) => identity === null)?.text ?? '-'}`,
    evidence: tabs.filter(({ identity }) => identity === null).map(({ evidence }) => evidence),
  });
  t.expectThat(new Set(open.map(({ identity }) => identity)).size <= 1, 'AUTH-IDENTITY-WRONG', {
    where: `welcomes of ${TABS} connections with one token`,
    expected: 'one user',
    actual: [...new Set(open.map(({ identity }) => identity))].join(', '),
  });
}

interface Tab {
  /** Whom the welcome named; null for a connection that was not welcomed or died. */
  readonly identity: string | null;
  readonly text: string;
  readonly evidence: string;
}

async function openTab(t: CheckContext, token: Token): Promise<Tab> {
  const result = await t.connect({ token });
  const { evidence } = result;
  if (result.kind !== 'open') return { identity: null, text: describeNoConnection(result), evidence };
  const { connection } = result;
  const budgetMs = t.budgets.welcome.failMs ?? 5_000;
  const welcome = await awaitWelcome(connection, { budgetMs, signal: t.signal });
  if (welcome.kind !== 'welcome') {
    const { closeFacts } = connection;
    return { identity: null, text: closeFacts === null ? welcome.kind : describeClose(closeFacts), evidence };
  }
  await expectPong(t, connection);
  return { identity: welcome.welcome.userId ?? token.subject ?? '-', text: 'welcomed', evidence };
}

/** Requires that the turns of others end as they should when a connection breaks off in the middle of its own. */
export async function expectNeighboursUndisturbed(t: CheckContext): Promise<void> {
  const [dying, ...others] = t.users(4);
  if (dying === undefined) throw new TypeError('four users were asked for');
  const victim = await t.session(dying);
  const neighbours = await t.sessions(others);
  t.recordOverlap([victim, ...neighbours]);
  const answering = Promise.all(
    neighbours.map(async (session) =>
      t.turn(session, { prompt: 'use 3 tools: answer while another connection dies', graceMs: 0 }),
    ),
  );
  victim.connection.send(startAgent('use 3 tools: this turn is cut off', { threadId: victim.threadId }));
  const [turns] = await Promise.all([answering, breakOff(t, victim)]);
  for (const [at, turn] of turns.entries()) {
    t.expectThat(turn.ended === 'terminal', 'WS-NEIGHBOUR-DISTURBED', {
      where: `turn of ${neighbours[at]?.user.name ?? '-'} while another connection broke off`,
      expected: 'terminal',
      actual: turn.ended,
      evidence: [turn.evidence],
    });
  }
}

async function breakOff(t: CheckContext, session: Session): Promise<void> {
  await awaitFirstEvent(t, session);
  await session.connection.terminate();
}
