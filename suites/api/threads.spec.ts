import { expectBody } from '../../lib/harness/body.ts';
import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';

check(
  {
    id: 'API-01',
    title: 'a chat turn is stored: after a reconnect its thread lists the prompt and the answer',
    severity: 'major',
    owner: 'backend',
    requires: [atLeast(2, 'ws.open'), 'chat.turn.terminal', 'http.answered'],
    needs: ['chat-turn', 'API-02', 'API-03'],
    capabilities: ['thread-api'],
    requests: 3,
    budgetMs: 120_000,
    covers: ['S1-29', 'S1-30', 'E-D', 'E-I'],
  },
  async (t) => {
    const user = t.user();
    const marker = t.canary();
    const first = await t.session(user);
    const turn = await t.turn(first, { prompt: `use 1 tools and remember the marker ${marker}` });
    await first.connection.close();
    await t.session(user);

    const page = expectBody(
      t,
      'message-page',
      await t.answered('GET', `/api/threads/${first.threadId ?? turn.threadId ?? ''}/messages`, {
        token: await t.token(user),
      }),
    );
    const roles = page.messages.filter(({ content }) => content.includes(marker)).map(({ role }) => role);
    t.expectEqual('API-THREAD-NOT-PERSISTED', {
      where: '/api/threads/{id}/messages',
      expected: ['assistant', 'user'],
      actual: roles.toSorted(),
    });
  },
);

check(
  {
    id: 'API-02',
    title:
      'each request is served as the user of its own token, also when users take turns on one connection',
    severity: 'critical',
    owner: 'auth',
    requires: [atLeast(4, 'http.answered')],
    needs: ['health', 'token'],
    capabilities: ['thread-api'],
    requests: 6,
    covers: ['S3-18', 'S3-19', 'R-17'],
  },
  async (t) => {
    for (const user of [...t.users(2), ...t.users(2)]) {
      const token = await t.token(user);
      const json = { title: `identity ${t.canary()}` };
      const thread = expectBody(t, 'thread', await t.answered('POST', '/api/threads', { token, json }));
      t.expectEqual('ISO-IDENTITY-STICKS', {
        where: `owner of a thread that ${user.name} created`,
        expected: token.subject,
        actual: thread.metadata?.user_id,
      });
    }
  },
);

check(
  {
    id: 'API-03',
    title: 'a thread that was created is read back, alone and in the list',
    severity: 'critical',
    owner: 'backend',
    requires: [atLeast(3, 'http.answered')],
    needs: ['API-02'],
    capabilities: ['thread-api'],
    requests: 6,
    covers: ['S2-7', 'S1-32', 'E-D'],
  },
  async (t) => {
    const token = await t.token(t.user());
    const title = `thread ${t.canary()}`;
    const created = expectBody(
      t,
      'thread',
      await t.answered('POST', '/api/threads', { token, json: { title } }),
    );
    const path = `/api/threads/${created.id}`;
    const read = expectBody(t, 'thread', await t.answered('GET', path, { token }));
    t.expectEqual('API-THREAD-NOT-PERSISTED', {
      where: 'GET /api/threads/{id}',
      expected: { id: created.id, title },
      actual: { id: read.id, title: read.title },
    });
    const listed = expectBody(t, 'thread-list', await t.answered('GET', '/api/threads', { token }));
    t.expectThat(
      listed.some(({ id }) => id === created.id),
      'API-THREAD-NOT-PERSISTED',
      {
        where: 'GET /api/threads',
        expected: 'the thread just created',
        actual: `${listed.length} other thread(s)`,
      },
    );
  },
);

check(
  {
    id: 'API-06',
    title: 'a new title of a thread is kept',
    severity: 'minor',
    owner: 'backend',
    requires: [atLeast(3, 'http.answered')],
    needs: ['API-02', 'API-03'],
    capabilities: ['thread-api'],
    requests: 4,
    covers: ['S1-32', 'E-N'],
  },
  async (t) => {
    const user = t.user();
    const token = await t.token(user);
    const thread = await t.createThread(user, `old ${t.canary()}`);
    const title = `new ${t.canary()}`;
    expectBody(t, 'thread', await t.answered('PUT', `/api/threads/${thread.id}`, { token, json: { title } }));
    const read = expectBody(t, 'thread', await t.answered('GET', `/api/threads/${thread.id}`, { token }));
    t.expectEqual('API-THREAD-NOT-PERSISTED', {
      where: 'title after PUT /api/threads/{id}',
      expected: title,
      actual: read.title,
    });
  },
);
