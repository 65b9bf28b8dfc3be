import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';
import { expectBody } from '../../lib/harness/body.ts';
import { acceptedControl, expectDeclaredForm, refusalCheck } from '../../lib/harness/refusal.ts';
import { attemptConnection } from '../../lib/harness/refusal-attempt.ts';
import {
  allRefusals,
  declaredTransports,
  echoesNothing,
  expectNoWelcome,
  expectParity,
  expectReason,
  expectTruthfulHealth,
} from '../../lib/harness/refusal-review.ts';
import { expectSecondPathGuarded } from '../../lib/harness/second-path.ts';
import {
  expectSubprotocolRefusals,
  SUBPROTOCOL_REFUSAL_REQUESTS,
} from '../../lib/harness/subprotocol-refusal.ts';
import { tokenExpiry } from '../../lib/harness/token-expiry.ts';

const ENFORCED = ['AUTH-01'] as const;
const SIGNED = ['AUTH-01', 'AUTH-04'] as const;

refusalCheck('AUTH-01', 'no token', 'AUTH-NOT-ENFORCED', 'blocker', {
  covers: ['S0-7', 'S0-16', 'S4-2', 'S4-3', 'E-A'],
});
refusalCheck('AUTH-02', 'malformed', 'AUTH-MALFORMED-ACCEPTED', 'critical', {
  needs: ENFORCED,
  covers: ['E-A'],
});
refusalCheck('AUTH-03', 'expired', 'AUTH-EXPIRED-ACCEPTED', 'critical', {
  needs: ENFORCED,
  covers: ['S0-16'],
});
refusalCheck('AUTH-04', 'wrong-signature', 'AUTH-SIGNATURE-ACCEPTED', 'critical', {
  needs: ENFORCED,
  covers: ['S0-16', 'S4-8', 'E-B'],
});
refusalCheck('AUTH-05', 'alg-none', 'AUTH-ALG-NONE-ACCEPTED', 'critical', { needs: ENFORCED });
refusalCheck('AUTH-08', 'truncated', 'AUTH-SIGNATURE-ACCEPTED', 'critical', { needs: SIGNED });
refusalCheck('AUTH-09', 'tampered-payload', 'AUTH-SIGNATURE-ACCEPTED', 'critical', { needs: SIGNED });
refusalCheck('AUTH-10', 'not-yet-valid', 'AUTH-NOT-YET-VALID-ACCEPTED', 'critical', { needs: ENFORCED });
refusalCheck('AUTH-11', 'wrong-issuer', 'AUTH-ISSUER-ACCEPTED', 'critical', {
  needs: ENFORCED,
  covers: ['S0-16', 'E-B'],
});
refusalCheck('AUTH-12', 'wrong-audience', 'AUTH-AUDIENCE-ACCEPTED', 'critical', { needs: ENFORCED });
refusalCheck('AUTH-13', 'wrong-environment', 'AUTH-ENVIRONMENT-ACCEPTED', 'critical', {
  needs: ENFORCED,
  covers: ['E-B'],
});
refusalCheck('AUTH-14', 'missing-subject', 'AUTH-CLAIM-MISSING-ACCEPTED', 'critical', { needs: ENFORCED });
refusalCheck('AUTH-15', 'placeholder-subject', 'AUTH-PLACEHOLDER-ACCEPTED', 'major', {
  needs: ENFORCED,
  covers: ['S3-21'],
});
refusalCheck('AUTH-46', 'none-mixed-case', 'AUTH-ALG-NONE-ACCEPTED', 'critical', {
  needs: ['AUTH-01', 'AUTH-05'],
});
refusalCheck('AUTH-47', 'empty-signature', 'AUTH-SIGNATURE-ACCEPTED', 'critical', {
  needs: ['AUTH-01', 'AUTH-02'],
});
refusalCheck('AUTH-48', 'empty-key', 'AUTH-SIGNATURE-ACCEPTED', 'critical', {
  needs: SIGNED,
  covers: ['E-B'],
});
refusalCheck('AUTH-49', 'missing-expiry', 'AUTH-CLAIM-MISSING-ACCEPTED', 'critical', { needs: ENFORCED });
refusalCheck('AUTH-16', 'wrong-type', 'AUTH-TYPE-ACCEPTED', 'critical', { needs: ENFORCED });

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
    covers: ['S4-9'],
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
    needs: ['clock', 'welcome', 'AUTH-01', 'API-02', 'API-13'],
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

check(
  {
    id: 'AUTH-17',
    title: 'the thread API and the socket give the same answer to every bad token, in the same second',
    severity: 'critical',
    owner: 'auth',
    requires: [atLeast(5, 'control.accepted'), atLeast(5, 'http.answered')],
    needs: ['clock', 'welcome', 'API-02', 'AUTH-01', 'AUTH-07'],
    lane: 'refusals',
    capabilities: ['thread-api'],
    requests: 0,
    covers: ['S1-2', 'R-12', 'E-A'],
  },
  async (t) => {
    for (const refusal of await allRefusals(t)) expectParity(t, refusal);
  },
);

check(
  {
    id: 'AUTH-18',
    title: 'every refusal says why: no close reason and no body of a refusal is empty',
    severity: 'major',
    owner: 'backend',
    requires: [atLeast(5, 'control.accepted')],
    needs: ['clock', 'welcome', 'AUTH-01'],
    lane: 'refusals',
    requests: 0,
    covers: ['S0-22', 'S4-3'],
  },
  async (t) => {
    for (const refusal of await allRefusals(t)) expectReason(t, refusal);
  },
);

check(
  {
    id: 'AUTH-19',
    title: 'a connection that is refused never receives a welcome',
    severity: 'critical',
    owner: 'backend',
    requires: [atLeast(5, 'control.accepted')],
    needs: ['clock', 'welcome', 'AUTH-01'],
    lane: 'refusals',
    requests: 0,
    covers: ['S0-8'],
  },
  async (t) => {
    for (const refusal of await allRefusals(t)) expectNoWelcome(t, refusal);
  },
);

check(
  {
    id: 'AUTH-20',
    title:
      'a token is good for the same user, and a wrong signature for nobody, on every transport of a token',
    severity: 'critical',
    owner: 'auth',
    requires: ['control.accepted', 'ws.message.in'],
    // A transport on which nobody is known at all is told by its own check.
    needs: ['clock', 'welcome', 'AUTH-01', 'AUTH-04', 'HS-01', 'HS-02', 'HS-03', 'HS-04', 'HS-05'],
    lane: 'refusals',
    requests: 15,
    covers: ['S1-2'],
  },
  async (t) => {
    for (const [n, transport] of declaredTransports(t).entries()) {
      const user = t.user(`over${n}`);
      const forged = await t.negativeToken('wrong-signature', t.user(`forger${n}`));
      const token = await t.token(user);
      const refused = await attemptConnection(t, forged, { expects: 'refusal', transport });
      expectDeclaredForm(t, refused, `connection over ${transport}`, 'AUTH-SIGNATURE-ACCEPTED');
      const of = `connection over ${transport}`;
      const accepted = await acceptedControl(t, token, of, { transport });
      t.expectThat(accepted.isWelcomeOf(token.subject), 'AUTH-IDENTITY-WRONG', {
        where: of,
        expected: `a welcome as ${token.subject ?? '-'}`,
        actual: accepted.text,
        evidence: [accepted.evidence],
      });
    }
  },
);

check(
  {
    id: 'AUTH-42',
    title:
      'a token that is expired, of another audience or environment is refused on every subprotocol that carries one, and other bad ones on that of browsers',
    severity: 'critical',
    owner: 'auth',
    requires: [atLeast(SUBPROTOCOL_REFUSAL_REQUESTS / 2, 'control.accepted')],
    // A token that the header lets in is told there, and a way on which nobody is known by its own check.
    needs: [
      'clock',
      'welcome',
      ...(['AUTH-03', 'AUTH-05', 'AUTH-10', 'AUTH-11', 'AUTH-12', 'AUTH-13', 'AUTH-16', 'AUTH-20'] as const),
    ],
    capabilities: ['signing-key', 'subprotocol-auth'],
    lane: 'refusals',
    requests: SUBPROTOCOL_REFUSAL_REQUESTS,
    budgetMs: 300_000,
    covers: ['S0-16', 'S1-2', 'E-A', 'E-B'],
  },
  async (t) => expectSubprotocolRefusals(t),
);

check(
  {
    id: 'AUTH-43',
    title:
      'the second socket path refuses no token and a wrong signature in the declared form, and serves a valid token',
    severity: 'critical',
    owner: 'auth',
    requires: [atLeast(2, 'control.accepted')],
    needs: ['clock', 'welcome', 'AUTH-01', 'AUTH-04', 'HS-24'],
    capabilities: ['second-socket-path'],
    lane: 'refusals',
    covers: ['S0-7', 'S4-2', 'E-A'],
  },
  async (t) => expectSecondPathGuarded(t),
);

check(
  {
    id: 'AUTH-21',
    title: '/ws/health tells of authentication and bypass what connections show',
    severity: 'major',
    owner: 'backend',
    requires: ['http.answered', atLeast(2, 'control.accepted')],
    needs: ['clock', 'welcome', 'websocket-health', 'AUTH-01', 'AUTH-04'],
    lane: 'refusals',
    capabilities: ['socket-health-endpoint', 'test-mode-report'],
    requests: 1,
    covers: ['S4-10', 'S4-11', 'S4-12', 'S4-13', 'S4-14', 'S4-15'],
  },
  async (t) => {
    const report = expectBody(t, 'socket-health', await t.answered('GET', '/ws/health'));
    await expectTruthfulHealth(t, report);
  },
);

check(
  {
    id: 'AUTH-22',
    title: 'a token without the scheme Bearer in front of it is no token, and with it is one',
    severity: 'major',
    owner: 'auth',
    requires: [atLeast(2, 'http.answered'), 'control.accepted'],
    needs: ['clock', 'welcome', 'API-02', 'AUTH-01', 'AUTH-07'],
    lane: 'refusals',
    capabilities: ['thread-api'],
    covers: ['E-A'],
  },
  async (t) => {
    const token = await t.token(t.user());
    const bare = await t.answered('GET', '/api/threads', { token, scheme: 'none' });
    const whole = await t.answered('GET', '/api/threads', { token });
    t.record({
      kind: 'control',
      of: 'a token without its scheme',
      accepted: whole.status === 200,
      text: `HTTP ${whole.status}`,
    });
    t.expectThat(bare.status === 401 || bare.status === 403, 'AUTH-BARE-TOKEN-ACCEPTED', {
      where: 'GET /api/threads with a bare token in Authorization',
      expected: 'HTTP 401 or 403',
      actual: `HTTP ${bare.status}`,
      evidence: [bare.evidence],
    });
  },
);

check(
  {
    id: 'AUTH-37',
    title: 'a token that was used while it was valid is refused once it has expired: no cache serves it',
    severity: 'critical',
    owner: 'auth',
    requires: [atLeast(2, 'ws.open'), 'control.accepted'],
    needs: ['clock', 'welcome', 'AUTH-03'],
    capabilities: ['signing-key', 'exact-expiry'],
    covers: ['S0-16', 'S3-18'],
  },
  async (t) => {
    const { late, isLateRefused } = await tokenExpiry(t);
    t.expectThat(isLateRefused, 'AUTH-EXPIRED-ACCEPTED', {
      where: 'second connection with a token, after its expiry',
      expected: `refused as ${t.settings.refusalForm}`,
      actual: late.text,
      evidence: [late.evidence],
    });
  },
);

check(
  {
    id: 'AUTH-38',
    title: 'an open connection survives the expiry of the token that opened it',
    severity: 'major',
    owner: 'backend',
    requires: ['ws.open', 'ws.pong', 'control.accepted'],
    needs: ['clock', 'welcome', 'liveness'],
    capabilities: ['signing-key', 'session-outlives-token'],
    requests: 0,
  },
  async (t) => {
    const { sessionEnd, missingPong } = await tokenExpiry(t);
    t.expectThat(sessionEnd === null, 'WS-CLOSED-BY-TARGET', {
      where: 'connection whose token has expired',
      expected: 'open (wire-contract.md §8.3)',
      actual: `closed with ${sessionEnd?.code ?? '-'} "${sessionEnd?.reason ?? ''}"`,
    });
    t.stopIfBroken();
    t.expectThat(missingPong === null, 'WS-PONG-MISSING', {
      where: 'connection whose token has expired',
      expected: 'a pong',
      actual: missingPong ?? 'a pong',
    });
  },
);
