import { expectBody } from '../../lib/harness/body.ts';
import { atLeast } from '../../lib/harness/check-definition.ts';
import type { CheckContext } from '../../lib/harness/check-context.ts';
import type { AnsweredResult } from '../../lib/harness/check-requests.ts';
import { check } from '../../lib/harness/check.ts';
import { expectForeignWritesRefused } from '../../lib/harness/foreign-write.ts';

const NEEDS = ['welcome', 'API-02', 'API-13'] as const;

/** The positive control of a refusal: the owner gets what the stranger must not. */
function recordControl(t: CheckContext, of: string, own: AnsweredResult, canary: string): void {
  t.record({
    kind: 'control',
    of,
    accepted: own.status === 200 && own.text.includes(canary),
    text: `HTTP ${own.status} for the owner`,
  });
}

check(
  {
    id: 'ISO-02',
    title: "another user's thread cannot be read over the API, and its owner can read it",
    severity: 'critical',
    owner: 'backend',
    requires: [atLeast(3, 'http.answered'), 'control.accepted'],
    needs: NEEDS,
    capabilities: ['thread-api'],
    requests: 6,
    covers: ['S3-19', 'R-17', 'E-E'],
  },
  async (t) => {
    const canary = t.canary();
    const thread = await t.createThread(t.user('owner'), canary);
    const path = `/api/threads/${thread.id}`;
    const foreign = await t.answered('GET', path, { token: await t.token(t.user('stranger')) });
    const own = await t.answered('GET', path, { token: await t.token(t.user('owner')) });
    recordControl(t, 'thread of another user', own, canary);
    t.expectEqual('ISO-THREAD-READABLE', {
      where: 'GET /api/threads/{id} as another user',
      expected: { status: 401, tells: false },
      actual: { status: foreign.status, tells: foreign.text.includes(canary) },
      evidence: [foreign.evidence],
    });
  },
);

check(
  {
    id: 'ISO-08',
    title: "the messages of another user's thread cannot be read over the API, and its owner can read them",
    severity: 'critical',
    owner: 'backend',
    requires: [atLeast(4, 'http.answered'), 'control.accepted'],
    needs: [...NEEDS, 'API-03', 'API-04'],
    capabilities: ['thread-api'],
    requests: 7,
    covers: ['S3-19', 'R-17', 'E-E'],
  },
  async (t) => {
    const canary = t.canary();
    const owner = t.user('owner');
    const token = await t.token(owner);
    const thread = await t.createThread(owner, 'isolation of messages');
    const path = `/api/threads/${thread.id}/messages`;
    await t.answered('POST', path, { token, json: { message: `secret ${canary}` } });
    const foreign = await t.answered('GET', path, { token: await t.token(t.user('stranger')) });
    recordControl(t, 'messages of another user', await t.answered('GET', path, { token }), canary);
    t.expectEqual('ISO-THREAD-READABLE', {
      where: 'GET /api/threads/{id}/messages as another user',
      expected: { status: 401, tells: false },
      actual: { status: foreign.status, tells: foreign.text.includes(canary) },
      evidence: [foreign.evidence],
    });
  },
);

check(
  {
    id: 'ISO-09',
    title: "chat messages asked for by another user's thread id are not listed, and its owner sees them",
    severity: 'critical',
    owner: 'backend',
    requires: [atLeast(4, 'http.answered'), 'control.accepted'],
    needs: [...NEEDS, 'API-03', 'API-04'],
    capabilities: ['thread-api'],
    requests: 7,
    covers: ['S3-19', 'R-17', 'E-E'],
  },
  async (t) => {
    const canary = t.canary();
    const owner = t.user('owner');
    const token = await t.token(owner);
    const thread = await t.createThread(owner, 'isolation of chat messages');
    const json = { content: `secret ${canary}`, thread_id: thread.id };
    await t.answered('POST', '/api/chat/messages', { token, json });
    const path = `/api/chat/messages?thread_id=${thread.id}`;
    const foreign = await t.answered('GET', path, { token: await t.token(t.user('stranger')) });
    recordControl(t, 'chat messages of another user', await t.answered('GET', path, { token }), canary);
    t.expectEqual('ISO-THREAD-READABLE', {
      where: 'GET /api/chat/messages?thread_id= as another user',
      expected: false,
      actual: foreign.text.includes(canary),
      evidence: [foreign.evidence],
    });
  },
);

check(
  {
    id: 'ISO-10',
    title: 'the list of threads holds the own ones and no other',
    severity: 'critical',
    owner: 'backend',
    requires: [atLeast(4, 'http.answered')],
    needs: [...NEEDS, 'API-03'],
    capabilities: ['thread-api'],
    requests: 8,
    covers: ['S3-19', 'R-17', 'E-E'],
  },
  async (t) => {
    const users = t.users(2);
    const threads = await Promise.all(users.map(async (user) => t.createThread(user, `list ${t.canary()}`)));
    for (const [at, user] of users.entries()) {
      const answer = await t.answered('GET', '/api/threads?limit=100', { token: await t.token(user) });
      const ids = expectBody(t, 'thread-list', answer).map(({ id }) => id);
      t.expectEqual('ISO-THREAD-READABLE', {
        where: `GET /api/threads as ${user.name}`,
        expected: threads.filter((_thread, of) => of === at).map(({ id }) => id),
        actual: ids,
        evidence: [answer.evidence],
      });
    }
  },
);

check(
  {
    id: 'ISO-12',
    title:
      "another user's thread cannot be renamed, written to or deleted over the API, and stays as it was; its owner can do all three",
    severity: 'critical',
    owner: 'backend',
    requires: [atLeast(9, 'http.answered'), 'control.accepted'],
    needs: [...NEEDS, 'API-03', 'API-04'],
    capabilities: ['thread-api'],
    requests: 12,
    covers: ['S3-19', 'R-17', 'E-E'],
  },
  async (t) => expectForeignWritesRefused(t, t.user('owner'), t.user('stranger')),
);
