import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';
import { capture, expectIsolated } from '../../lib/harness/leak-matrix.ts';

const USERS = 3;

check(
  {
    id: 'ISO-01',
    title: `${USERS} users at once: every owner sees its own canary and nobody sees another's, in any encoding`,
    severity: 'blocker',
    owner: 'backend',
    requires: [
      atLeast(USERS, 'ws.open'),
      atLeast(USERS, 'ws.message.out'),
      atLeast(USERS, 'chat.turn.terminal'),
      'isolation.overlap',
    ],
    needs: ['chat-turn'],
    requests: USERS,
  },
  async (t) => {
    const sessions = await t.sessions(t.users(USERS));
    const captures = sessions.map((session) => capture(session, t.canary()));
    await Promise.all(
      captures.map(async ({ session, canary }) =>
        t.turn(session, { prompt: `use 1 tools and repeat my canary ${canary}`, context: { canary } }),
      ),
    );
    t.recordOverlap(sessions);
    expectIsolated(t, captures);
  },
);

check(
  {
    id: 'ISO-02',
    title: "another user's thread cannot be read over the API, and its owner can read it",
    severity: 'critical',
    owner: 'backend',
    requires: [atLeast(3, 'http.answered'), 'control.accepted'],
    needs: ['welcome'],
    capabilities: ['thread-api'],
  },
  async (t) => {
    const owner = t.user('owner');
    const stranger = t.user('stranger');
    const thread = await t.createThread(owner, `isolation ${t.canary()}`);
    const foreign = await t.answered('GET', `/api/threads/${thread.id}`, { token: await t.token(stranger) });
    const own = await t.answered('GET', `/api/threads/${thread.id}`, { token: await t.token(owner) });
    t.record({
      kind: 'control',
      of: 'thread of another user',
      accepted: own.status === 200,
      text: `HTTP ${own.status}`,
    });
    t.expectEqual('ISO-THREAD-READABLE', {
      where: 'GET /api/threads/{id} as another user',
      expected: 401,
      actual: foreign.status,
      evidence: [foreign.evidence],
    });
  },
);
