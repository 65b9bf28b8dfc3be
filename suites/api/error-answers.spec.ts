import { expectApiError, expectBody } from '../../lib/harness/body.ts';
import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';

const MISSING_THREAD = '/api/threads/thread_0_stagegate_missing';

check(
  {
    id: 'API-07',
    title:
      'a deleted thread is gone: it is neither read nor listed any more, and what a run creates it can remove',
    severity: 'major',
    owner: 'backend',
    requires: [atLeast(4, 'http.answered')],
    needs: ['API-02', 'API-03', 'API-13', 'API-08'],
    capabilities: ['thread-api'],
    requests: 6,
    covers: ['S1-32', 'E-N'],
  },
  async (t) => {
    const user = t.user();
    const token = await t.token(user);
    const thread = await t.createThread(user, `short-lived ${t.canary()}`);
    const path = `/api/threads/${thread.id}`;
    const deleted = await t.answered('DELETE', path, { token });
    t.expectEqual('API-STATUS', { where: `DELETE ${path}`, expected: 200, actual: deleted.status });
    const read = await t.answered('GET', path, { token });
    const listed = expectBody(t, 'thread-list', await t.answered('GET', '/api/threads', { token }));
    t.expectEqual('API-THREAD-NOT-PERSISTED', {
      where: `deletion of ${path}`,
      expected: { status: 404, listed: false },
      actual: { status: read.status, listed: listed.some(({ id }) => id === thread.id) },
    });
  },
);

check(
  {
    id: 'API-08',
    title: 'an unknown thread is 404 with an error body in JSON',
    severity: 'minor',
    owner: 'backend',
    requires: ['http.answered'],
    needs: ['API-02', 'API-13'],
    capabilities: ['thread-api'],
    requests: 2,
    covers: ['S0-22', 'S1-16', 'E-D'],
  },
  async (t) => {
    const answer = await t.answered('GET', MISSING_THREAD, { token: await t.token(t.user()) });
    expectApiError(t, answer, 404, `GET ${MISSING_THREAD}`);
  },
);

check(
  {
    id: 'API-13',
    title: 'an unknown path is 404 and an unknown method 405, both with an error body in JSON',
    severity: 'minor',
    owner: 'backend',
    requires: [atLeast(2, 'http.answered')],
    needs: ['health'],
    requests: 2,
    covers: ['S0-22', 'S1-16', 'E-D'],
  },
  async (t) => {
    const unknown = '/api/stagegate-no-such-path';
    expectApiError(t, await t.answered('GET', unknown), 404, `GET ${unknown}`);
    expectApiError(t, await t.answered('DELETE', '/health'), 405, 'DELETE /health');
  },
);
