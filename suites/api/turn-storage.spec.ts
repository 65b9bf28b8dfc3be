import { expectBody } from '../../lib/harness/body.ts';
import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';
import { expectCompleted } from '../../lib/harness/turn-expectation.ts';

check(
  {
    id: 'API-09',
    title:
      'the golden path end to end: token, thread over the API, turn in that thread, and the talk read back over a second connection',
    severity: 'critical',
    owner: 'backend',
    requires: [
      atLeast(2, 'ws.open'),
      'chat.turn.terminal',
      atLeast(2, 'http.answered'),
      'token.accepted-source',
    ],
    needs: ['chat-turn', 'API-02', 'API-03', 'API-01'],
    capabilities: ['thread-api'],
    requests: 6,
    budgetMs: 120_000,
    covers: ['S0-26', 'S1-30', 'S3-22', 'E-M'],
  },
  async (t) => {
    const user = t.user();
    const token = await t.token(user);
    t.record({ kind: 'note', text: `the token of ${user.name} was issued before its thread` });
    const thread = await t.createThread(user, `golden path ${t.canary()}`);
    const marker = t.canary();
    const session = await t.session(user);
    const turn = await t.turn(session, {
      prompt: `use 1 tools and repeat the marker ${marker}`,
      threadId: thread.id,
    });
    expectCompleted(t, turn, 'turn in a thread that was created over the API');
    await session.connection.close();

    await t.session(user);
    const path = `/api/threads/${thread.id}/messages`;
    const page = expectBody(t, 'message-page', await t.answered('GET', path, { token }));
    t.expectEqual('API-THREAD-NOT-PERSISTED', {
      where: path,
      expected: { thread: thread.id, roles: ['assistant', 'user'] },
      actual: {
        thread: page.thread_id,
        roles: page.messages
          .filter(({ content }) => content.includes(marker))
          .map(({ role }) => role)
          .toSorted(),
      },
    });
  },
);
