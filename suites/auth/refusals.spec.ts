import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';
import { echoesNothing, refusalCheck } from '../../lib/harness/refusal.ts';

refusalCheck('AUTH-01', 'no token', 'AUTH-NOT-ENFORCED', 'blocker');
refusalCheck('AUTH-02', 'malformed', 'AUTH-MALFORMED-ACCEPTED', 'critical', ['AUTH-01']);
refusalCheck('AUTH-03', 'expired', 'AUTH-EXPIRED-ACCEPTED', 'critical', ['AUTH-01']);
refusalCheck('AUTH-04', 'wrong-signature', 'AUTH-SIGNATURE-ACCEPTED', 'critical', ['AUTH-01']);
refusalCheck('AUTH-05', 'alg-none', 'AUTH-ALG-NONE-ACCEPTED', 'critical', ['AUTH-01']);

check(
  {
    id: 'AUTH-06',
    title: 'nothing that the target sends back echoes a token: headers, bodies, frames, close reasons',
    severity: 'critical',
    owner: 'auth',
    requires: ['ws.open', 'ws.close', 'http.answered'],
    needs: ['clock', 'welcome', 'AUTH-01'],
    lane: 'refusals',
    requests: 3,
  },
  async (t) => echoesNothing(t),
);

check(
  {
    id: 'AUTH-07',
    title: 'the thread API refuses a request without a token and serves the same request with one',
    severity: 'critical',
    owner: 'auth',
    requires: [atLeast(2, 'http.answered'), 'control.accepted'],
    needs: ['clock', 'welcome', 'AUTH-01'],
    lane: 'refusals',
    capabilities: ['thread-api'],
  },
  async (t) => {
    const anonymous = await t.answered('GET', '/api/threads');
    const known = await t.answered('GET', '/api/threads', { token: await t.token(t.user()) });
    t.record({
      kind: 'control',
      of: 'threads without a token',
      accepted: known.status === 200,
      text: `HTTP ${known.status}`,
    });
    t.expectEqual('API-AUTH', {
      where: 'GET /api/threads without a token',
      expected: 401,
      actual: anonymous.status,
      evidence: [anonymous.evidence],
    });
  },
);
