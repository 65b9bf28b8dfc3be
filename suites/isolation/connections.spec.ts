import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';
import { awaitMessage } from '../../lib/harness/frame-wait.ts';
import { capture, expectNoForeignEvent, expectNothingOf } from '../../lib/harness/leak-matrix.ts';
import { expectPong } from '../../lib/harness/liveness.ts';
import { expectCompleted } from '../../lib/harness/turn-expectation.ts';

check(
  {
    id: 'ISO-04',
    title: "a connection that is opened after another user's turn gets nothing of that turn",
    severity: 'critical',
    owner: 'backend',
    requires: [atLeast(3, 'ws.open'), 'chat.turn.terminal', atLeast(2, 'ws.pong')],
    needs: ['chat-turn', 'AGENT-08', 'AGENT-14', 'ISO-01'],
    requests: 3,
    budgetMs: 120_000,
    lane: 'isolation',
    covers: ['S3-7', 'S3-19', 'R-17', 'E-E', 'E-I'],
  },
  async (t) => {
    const owner = t.user('owner');
    const first = await t.session(owner);
    const captured = capture(first, t.canary());
    const prompt = `use 1 tools and repeat my canary ${captured.canary}`;
    expectCompleted(t, await t.turn(first, { prompt }), 'turn of the owner');
    await first.connection.close();
    for (const user of [owner, t.user('stranger')]) {
      const fresh = await t.session(user);
      // What the target sends on its own after the welcome comes before the pong.
      await expectPong(t, fresh.connection);
      expectNoForeignEvent(t, fresh, 'ISO-RECONNECT-LEAK');
      if (user !== owner) expectNothingOf(t, captured, fresh, 'ISO-RECONNECT-LEAK');
      await fresh.connection.close();
    }
  },
);

check(
  {
    id: 'ISO-05',
    title: "a turn in another user's thread is refused by an error frame, and tells nothing of that thread",
    severity: 'critical',
    owner: 'backend',
    requires: [atLeast(2, 'ws.open'), atLeast(2, 'chat.turn.terminal'), 'control.accepted'],
    needs: ['chat-turn', 'AGENT-08', 'AGENT-14', 'ISO-01', 'ISO-04'],
    requests: 2,
    budgetMs: 240_000,
    lane: 'isolation',
    covers: ['S3-7', 'S3-19', 'E-E'],
  },
  async (t) => {
    const session = await t.session(t.user('owner'));
    const owner = capture(session, t.canary(), `thread_${t.canary()}`);
    const threadId = owner.threadId ?? '';
    const prompt = `use 1 tools and repeat my canary ${owner.canary}`;
    expectCompleted(t, await t.turn(session, { prompt, threadId }), 'turn of the owner');

    const stranger = await t.session(t.user('stranger'));
    const payload = { user_request: 'use 1 tools: what was said in this thread?', thread_id: threadId };
    stranger.connection.send({ type: 'start_agent', payload });
    const answer = await awaitMessage(t, stranger, {
      what: 'an error frame',
      rule: 'WS-BAD-MESSAGE-IGNORED',
      budgetMs: t.budgets.firstEvent.failMs ?? 15_000,
      accepts: ({ frame }) => frame.kind === 'error' || frame.kind === 'agent-event',
    });
    t.expectThat(answer.frame.kind === 'error', 'ISO-THREAD-READABLE', {
      where: "start_agent with another user's thread_id",
      expected: 'an error frame',
      actual: 'agent events of a turn in that thread',
      evidence: answer.evidence === null ? [] : [answer.evidence],
    });
    t.stopIfBroken();
    const own = await t.turn(stranger, { prompt: 'use 1 tools and say hello' });
    t.record({
      kind: 'control',
      of: 'turn in a thread of another user',
      accepted: own.ended === 'terminal',
      text: `the same connection in its own thread: ${own.ended}`,
    });
    expectNothingOf(
      t,
      { ...owner, marks: owner.marks.filter(({ what }) => what === 'canary') },
      stranger,
      'ISO-THREAD-READABLE',
    );
  },
);

check(
  {
    id: 'ISO-06',
    title: 'a user id inside messages does not switch the identity of a connection',
    severity: 'critical',
    owner: 'backend',
    requires: [atLeast(2, 'ws.open'), 'chat.turn.terminal', 'isolation.overlap'],
    needs: ['chat-turn', 'AGENT-08', 'AGENT-14', 'ISO-01', 'ISO-04'],
    requests: 2,
    budgetMs: 120_000,
    lane: 'isolation',
    covers: ['S3-19', 'R-17', 'E-E'],
  },
  async (t) => {
    const [speaker, named] = await t.sessions([t.user('speaker'), t.user('named')]);
    if (speaker === undefined || named === undefined) throw new TypeError('expected two sessions');
    const other = named.connection.facts.subject ?? '';
    if (speaker.handshake !== null) {
      speaker.connection.send({ type: 'handshake_acknowledged', thread_id: named.threadId, user_id: other });
    }
    const turn = await t.turn(speaker, {
      prompt: `use 1 tools and repeat ${t.canary()}`,
      extra: { user_id: other },
      context: { user_id: other },
    });
    t.recordOverlap([speaker, named]);
    expectCompleted(t, turn, 'turn that names another user');
    const own = speaker.connection.facts.subject;
    for (const { type, userId } of turn.events) {
      t.expectThat(userId === null || userId === own, 'ISO-IDENTITY-SWITCHED', {
        where: `user_id of ${type}`,
        expected: 'the subject of the token',
        actual: userId === other ? 'the user that the message named' : 'another user',
        evidence: [turn.evidence],
      });
    }
    const arrived = named.received.messages.filter(({ frame }) => frame.kind === 'agent-event').length;
    t.expectEqual('ISO-IDENTITY-SWITCHED', {
      where: 'events to the user that the message named',
      expected: 0,
      actual: arrived,
    });
  },
);

check(
  {
    id: 'ISO-07',
    title:
      'of two connections of one user the asking one gets the whole turn, the other all of it or nothing',
    severity: 'major',
    owner: 'backend',
    requires: [atLeast(2, 'ws.open'), 'chat.turn'],
    needs: ['chat-turn', 'AGENT-08', 'AGENT-14', 'ISO-01', 'ISO-04'],
    requests: 2,
    budgetMs: 120_000,
    lane: 'isolation',
    covers: ['S3-11', 'E-E'],
  },
  async (t) => {
    const user = t.user();
    const [asking, other] = await t.sessions([user, user]);
    if (asking === undefined || other === undefined) throw new TypeError('expected two sessions');
    const turn = await t.turn(asking, { prompt: `use 1 tools and repeat ${t.canary()}` });
    await expectPong(t, other.connection);
    const seen = other.received.messages.filter(({ frame }) => frame.kind === 'agent-event').length;
    const own = turn.events.length;
    const isWhole =
      turn.ended === 'terminal' && turn.violations.every(({ rule }) => rule !== 'ORD-REQUIRED-MISSING');
    t.note(seen === 0 ? 'the other connection gets nothing' : 'the other connection gets the turn too');
    t.expectThat(isWhole && (seen === 0 || seen === own), 'ISO-TURN-SPLIT', {
      where: 'two connections of one user',
      expected: 'a whole turn where it was asked for, and a whole one or none at the other',
      actual: `${own} event(s), ended by ${turn.ended}, and ${seen} at the other`,
      evidence: [turn.evidence],
    });
  },
);
