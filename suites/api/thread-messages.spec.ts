import { expectBody } from '../../lib/harness/body.ts';
import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';

check(
  {
    id: 'API-04',
    title: 'messages of a thread are listed in the order in which they were stored',
    severity: 'major',
    owner: 'backend',
    requires: [atLeast(6, 'http.answered')],
    needs: ['API-02', 'API-03'],
    capabilities: ['thread-api'],
    requests: 8,
    covers: ['S1-23', 'S1-24', 'E-D', 'E-N'],
  },
  async (t) => {
    const user = t.user();
    const token = await t.token(user);
    const thread = await t.createThread(user, `order ${t.canary()}`);
    const path = `/api/threads/${thread.id}/messages`;
    const stored: string[] = [];
    for (const place of ['first', 'second', 'third', 'fourth']) {
      const message = `${place} ${t.canary()}`;
      stored.push(message);
      await t.answered('POST', path, { token, json: { message } });
    }
    const page = expectBody(t, 'message-page', await t.answered('GET', path, { token }));
    const listed = page.messages.map(({ content }) => content);
    t.expectEqual('API-THREAD-NOT-PERSISTED', {
      where: path,
      expected: stored.toSorted(),
      actual: listed.toSorted(),
    });
    t.stopIfBroken();
    t.expectEqual('API-MESSAGE-ORDER', { where: path, expected: stored, actual: listed });
  },
);

check(
  {
    id: 'API-05',
    title: 'limit and offset cut the page of messages that was asked for, and total counts all',
    severity: 'minor',
    owner: 'backend',
    requires: [atLeast(5, 'http.answered')],
    needs: ['API-02', 'API-03', 'API-04'],
    capabilities: ['thread-api'],
    requests: 7,
    covers: ['S1-32', 'E-N'],
  },
  async (t) => {
    const user = t.user();
    const token = await t.token(user);
    const thread = await t.createThread(user, `pages ${t.canary()}`);
    const path = `/api/threads/${thread.id}/messages`;
    for (const message of ['one', 'two', 'three'])
      await t.answered('POST', path, { token, json: { message } });
    const page = expectBody(
      t,
      'message-page',
      await t.answered('GET', `${path}?limit=1&offset=1`, { token }),
    );
    t.expectEqual('API-BODY', {
      where: `${path}?limit=1&offset=1`,
      expected: { messages: ['two'], total: 3, limit: 1, offset: 1 },
      actual: {
        messages: page.messages.map(({ content }) => content),
        total: page.total,
        limit: page.limit,
        offset: page.offset,
      },
    });
  },
);
