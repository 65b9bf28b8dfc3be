import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';
import { expectBody } from '../../lib/harness/body.ts';
import { expectRefusedExchange, issued, refreshToken } from '../../lib/harness/exchange-check.ts';
import { expectClaims } from '../../lib/harness/token-claims.ts';

const MAX_SKEW_SEC = 30;

check(
  {
    id: 'AUTH-27',
    title: 'the bypass exchange refuses a request without a key, and gives a token for the configured one',
    severity: 'critical',
    owner: 'auth',
    requires: [atLeast(2, 'http.answered'), 'control.accepted'],
    needs: ['token'],
    capabilities: ['bypass-exchange'],
    covers: ['S0-16', 'S1-6', 'S4-8', 'E-A'],
  },
  async (t) => expectRefusedExchange(t, 'none'),
);

check(
  {
    id: 'AUTH-28',
    title: 'the bypass exchange refuses a wrong key, and gives a token for the configured one',
    severity: 'critical',
    owner: 'auth',
    requires: [atLeast(2, 'http.answered'), 'control.accepted'],
    needs: ['token'],
    capabilities: ['bypass-exchange'],
    covers: ['S0-16', 'S1-6', 'S4-8', 'E-A'],
  },
  async (t) => expectRefusedExchange(t, 'wrong'),
);

check(
  {
    id: 'AUTH-29',
    title: 'exchanged tokens carry every claim, live 15 minutes at most, and differ in jti and subject',
    severity: 'critical',
    owner: 'auth',
    requires: [atLeast(3, 'http.answered'), 'token.accepted-source'],
    needs: ['token'],
    capabilities: ['bypass-exchange'],
    covers: ['S0-6', 'S0-25', 'E-A'],
  },
  async (t) => {
    const first = await issued(t, t.user('first'));
    const again = await issued(t, t.user('first'));
    const other = await issued(t, t.user('second'));
    for (const token of [first, again, other]) expectClaims(t, token);
    const ids = [first, again, other].map(({ claims }) => claims['jti']);
    t.expectEqual('AUTH-TOKEN-CLAIMS', {
      where: 'claim jti of three tokens',
      expected: 3,
      actual: new Set(ids).size,
    });
    t.expectThat(first.subject === again.subject && first.subject !== other.subject, 'ISO-SHARED-IDENTITY', {
      where: 'claim sub of three tokens',
      expected: 'one subject for one email, another for another',
      actual: [first, again, other].map(({ subject }) => subject ?? '-').join(', '),
    });
  },
);

check(
  {
    id: 'AUTH-30',
    title: 'a refresh token gives one new token of the same subject, and nothing the second time',
    severity: 'major',
    owner: 'auth',
    requires: [atLeast(3, 'http.answered'), 'control.accepted'],
    needs: ['token'],
    capabilities: ['bypass-exchange', 'token-validation'],
    covers: ['E-A'],
  },
  async (t) => {
    const { token, refresh } = await refreshToken(t, t.user());
    const once = await refresh();
    t.record({
      kind: 'control',
      of: 'a refresh token used twice',
      accepted: once.status === 200,
      text: `HTTP ${once.status}`,
    });
    t.expectEqual('AUTH-EXCHANGE', {
      where: 'subject of the refreshed token',
      expected: token.subject,
      actual: once.subject,
      evidence: [once.evidence],
    });
    const twice = await refresh();
    t.expectEqual('AUTH-REPLAY-ACCEPTED', {
      where: 'POST /auth/refresh with a used refresh token',
      expected: 401,
      actual: twice.status,
      evidence: [twice.evidence],
    });
  },
);

check(
  {
    id: 'AUTH-31',
    title: 'the auth service says that it is healthy, and belongs to the environment of the settings',
    severity: 'critical',
    owner: 'auth',
    requires: ['http.answered'],
    needs: ['environment'],
    covers: ['S1-3', 'E-A', 'E-B'],
  },
  async (t) => {
    const health = expectBody(t, 'health', await t.answered('GET', '/health', { target: 'auth' }));
    t.expectEqual('HLT-STATUS', {
      where: 'auth service /health',
      expected: 'up',
      actual: health.standing,
    });
    t.expectEqual('HLT-ENVIRONMENT', {
      where: 'auth service /health',
      expected: t.settings.marker,
      actual: health.environment ?? t.settings.marker,
    });
  },
);

check(
  {
    id: 'AUTH-32',
    title: 'the auth service calls a good token valid and names its subject, and a forged one invalid',
    severity: 'critical',
    owner: 'auth',
    requires: [atLeast(2, 'http.answered'), 'control.accepted'],
    needs: ['token'],
    capabilities: ['token-validation'],
    covers: ['S0-6', 'S0-25', 'E-A', 'E-B'],
  },
  async (t) => {
    const user = t.user();
    const token = await t.token(user);
    const forgery = await t.negativeToken('wrong-signature', user);
    const ask = { target: 'auth' } as const;
    const good = expectBody(t, 'token-verdict', await t.answered('GET', '/auth/verify', { ...ask, token }));
    const bad = await t.answered('GET', '/auth/verify', { ...ask, token: forgery });
    const verdict = expectBody(t, 'token-verdict', bad);
    t.record({
      kind: 'control',
      of: 'validation of a forged token',
      accepted: good.valid,
      text: `valid ${String(good.valid)}`,
    });
    t.expectEqual('AUTH-IDENTITY-WRONG', {
      where: 'user_id of /auth/verify',
      expected: token.subject,
      actual: good.userId,
    });
    t.expectThat(!verdict.valid, 'AUTH-SIGNATURE-ACCEPTED', {
      where: '/auth/verify with a wrong signature',
      expected: 'valid false',
      actual: 'valid true',
      evidence: [bad.evidence],
    });
  },
);

check(
  {
    id: 'AUTH-33',
    title: `the clock of the auth service agrees with ours to ${MAX_SKEW_SEC} s, in its tokens and its Date header`,
    severity: 'major',
    owner: 'infrastructure',
    requires: [atLeast(2, 'http.answered')],
    needs: ['clock', 'token'],
    capabilities: ['bypass-exchange'],
  },
  async (t) => {
    const token = await issued(t, t.user());
    const health = await t.answered('GET', '/health', { target: 'auth' });
    const nowSec = t.wallMs() / 1_000;
    const readings = [
      ['iat of an exchanged token', token.issuedAtSec ?? nowSec],
      ['Date of the auth service', Date.parse(health.headers['date'] ?? '') / 1_000 || nowSec],
    ] as const;
    for (const [where, seconds] of readings) {
      const skewSec = Math.abs(nowSec - seconds);
      t.expectThat(skewSec <= MAX_SKEW_SEC, 'HLT-CLOCK-SKEW', {
        where,
        expected: `at most ${MAX_SKEW_SEC} s from our clock`,
        actual: `${skewSec.toFixed(0)} s`,
      });
    }
  },
);
