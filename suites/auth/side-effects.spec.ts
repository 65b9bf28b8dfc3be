import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';
import { expectPong } from '../../lib/harness/liveness.ts';
import { acceptedControl } from '../../lib/harness/refusal.ts';
import { attemptConnection } from '../../lib/harness/refusal-attempt.ts';

check(
  {
    id: 'AUTH-35',
    title:
      'a good token is accepted right after a refused one of the same user, on the socket and on the API',
    severity: 'major',
    owner: 'auth',
    requires: [atLeast(2, 'ws.open'), 'http.answered'],
    needs: ['clock', 'welcome', 'API-02', 'AUTH-04'],
    lane: 'refusals',
    capabilities: ['thread-api'],
    covers: ['S0-23'],
  },
  async (t) => {
    const user = t.user();
    await attemptConnection(t, await t.negativeToken('wrong-signature', user), { expects: 'refusal' });
    const token = await t.token(user);
    const socket = await attemptConnection(t, token, { expects: 'welcome' });
    const api = await t.answered('GET', '/api/threads', { token });
    t.expectThat(socket.isWelcomeOf(token.subject) && api.status === 200, 'AUTH-NEGATIVE-CACHE', {
      where: 'a good token after a refused one',
      expected: 'a welcome, and HTTP 200',
      actual: `${socket.text}, and HTTP ${api.status}`,
      evidence: [socket.evidence, api.evidence],
    });
  },
);

check(
  {
    id: 'AUTH-36',
    title:
      'the open session of a good user outlives the refusals of others, and the good user can connect again',
    severity: 'critical',
    owner: 'backend',
    requires: [atLeast(3, 'ws.open'), 'ws.pong', 'control.accepted'],
    needs: ['clock', 'welcome', 'liveness', 'AUTH-04'],
    lane: 'refusals',
    requests: 5,
    covers: ['S0-23', 'S3-14'],
  },
  async (t) => {
    const good = t.user('good');
    const session = await t.session(good);
    for (const stranger of [t.user('bad1'), t.user('bad2')]) {
      const forged = await t.negativeToken('wrong-signature', stranger);
      await attemptConnection(t, forged, { expects: 'refusal' });
      // A success between two failures: the breaker counts those in a row.
      await acceptedControl(t, await t.token(good), 'a good user among bad tokens');
    }
    const end = session.connection.closeFacts;
    t.expectThat(end === null, 'AUTH-GOOD-USER-HURT', {
      where: 'session of a good user, after two refusals of others',
      expected: 'still open',
      actual: `closed with ${end?.code ?? '-'}`,
      evidence: [session.connection.facts.evidence],
    });
    t.stopIfBroken();
    await expectPong(t, session.connection);
  },
);
