import { expectBody } from '../../lib/harness/body.ts';
import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';

check(
  {
    id: 'API-01',
    title:
      'a chat turn is stored: after a reconnect its thread lists the prompt and the answer, in this order',
    severity: 'major',
    owner: 'backend',
    requires: [atLeast(2, 'ws.open'), 'chat.turn.terminal', 'http.answered'],
    needs: ['chat-turn'],
    capabilities: ['thread-api'],
    requests: 3,
  },
  async (t) => {
    const user = t.user();
    const marker = t.canary();
    const first = await t.session(user);
    const turn = await t.turn(first, { prompt: `Remember the marker ${marker}` });
    await first.connection.close();
    await t.session(user);

    const page = expectBody(
      t,
      'message-page',
      await t.answered('GET', `/api/threads/${turn.threadId ?? first.threadId ?? ''}/messages`, {
        token: await t.token(user),
      }),
    );
    const roles = page.messages.filter(({ content }) => content.includes(marker)).map(({ role }) => role);
    t.expectEqual('API-THREAD-NOT-PERSISTED', {
      where: '/api/threads/{id}/messages',
      expected: ['user', 'assistant'],
      actual: roles,
    });
  },
);
