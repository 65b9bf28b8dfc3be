import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';
import { expectBody } from '../../lib/harness/body.ts';
import {
  attemptConnection,
  attemptTogether,
  expectWelcomed,
  ruleOfRefusal,
} from '../../lib/harness/refusal-attempt.ts';

/** Connections with one token at the same moment (requirements.md S3-20). */
const AT_ONCE = 10;

check(
  {
    id: 'AUTH-23',
    title: 'welcome, thread API and auth service name the same subject for one token, in the same second',
    severity: 'critical',
    owner: 'auth',
    requires: ['ws.open', 'ws.message.in', atLeast(2, 'http.answered')],
    needs: ['welcome', 'API-02'],
    capabilities: ['thread-api', 'token-validation'],
    covers: ['S0-6', 'S0-7', 'S0-25', 'R-12', 'E-A'],
  },
  async (t) => {
    const user = t.user();
    const token = await t.token(user);
    const welcome = await attemptConnection(t, token, { expects: 'welcome' });
    expectWelcomed(t, welcome, 'connection with the token');
    t.note(welcome.text);
    t.expectThat(welcome.isWelcomeOf(token.subject), 'AUTH-IDENTITY-WRONG', {
      where: 'welcome',
      expected: `a welcome as ${token.subject ?? '-'}`,
      actual: welcome.text,
      evidence: [welcome.evidence],
    });
    const thread = await t.createThread(user, 'whose is this');
    const verified = expectBody(
      t,
      'token-verdict',
      await t.answered('GET', '/auth/verify', { token, target: 'auth' }),
    );
    const named = [
      ['metadata.user_id of the thread', thread.metadata?.user_id ?? token.subject],
      ['user_id of /auth/verify', verified.userId],
    ] as const;
    for (const [where, actual] of named) {
      t.expectEqual('AUTH-IDENTITY-WRONG', { where, expected: token.subject, actual });
    }
  },
);

check(
  {
    id: 'AUTH-24',
    title: 'two users who connect one after the other get two identities',
    severity: 'critical',
    owner: 'auth',
    requires: [atLeast(2, 'ws.open'), atLeast(2, 'ws.message.in')],
    needs: ['welcome'],
    covers: ['S3-19'],
  },
  async (t) => {
    const [first, second] = [await t.token(t.user('first')), await t.token(t.user('second'))];
    const before = await attemptConnection(t, first, { expects: 'welcome' });
    const after = await attemptConnection(t, second, { expects: 'welcome' });
    // Who was not welcomed has no identity, shared or not.
    expectWelcomed(t, before, 'connection of the first user');
    expectWelcomed(t, after, 'connection of the second user');
    t.expectThat(
      before.isWelcomeOf(first.subject) && after.isWelcomeOf(second.subject),
      'ISO-SHARED-IDENTITY',
      {
        where: 'welcomes of two users',
        expected: `welcomes as ${first.subject ?? '-'} and ${second.subject ?? '-'}`,
        actual: `${before.text}, and ${after.text}`,
        evidence: [before.evidence, after.evidence],
      },
    );
  },
);

check(
  {
    id: 'AUTH-25',
    title: 'two users whose requests share one HTTP connection get two identities',
    severity: 'critical',
    owner: 'backend',
    requires: [atLeast(2, 'http.answered')],
    needs: ['welcome', 'API-02'],
    capabilities: ['thread-api'],
    covers: ['S3-19'],
  },
  async (t) => {
    for (const name of ['first', 'second']) {
      const token = await t.token(t.user(name));
      const result = await t.answered('POST', '/api/threads', {
        token,
        json: { title: `thread of the ${name}` },
        onOneConnection: true,
      });
      const thread = expectBody(t, 'thread', result);
      t.expectEqual('ISO-IDENTITY-STICKS', {
        where: `thread of the ${name} user on one connection`,
        expected: token.subject,
        actual: thread.metadata?.user_id ?? token.subject,
        evidence: [result.evidence],
      });
    }
  },
);

check(
  {
    id: 'AUTH-26',
    title: `${AT_ONCE} connections with one token at the same moment are all welcomed, as the same user`,
    severity: 'critical',
    owner: 'auth',
    requires: [atLeast(AT_ONCE + 2, 'ws.open')],
    needs: ['welcome'],
    requests: AT_ONCE + 2,
    covers: ['S0-20', 'S3-11', 'S3-18', 'S3-20'],
  },
  async (t) => {
    const token = await t.token(t.user());
    const alone = [];
    for (const name of ['first connect with a token', 'second connect with the same token']) {
      const attempt = await attemptConnection(t, token, { expects: 'welcome' });
      t.record({ kind: 'measure', name, unit: 'ms', value: attempt.elapsedMs, of: 'target' });
      alone.push(attempt);
    }
    const together = await attemptTogether(t, token, AT_ONCE);
    for (const attempt of [...alone, ...together]) {
      const rule = attempt.wasWelcomed ? 'AUTH-IDENTITY-WRONG' : ruleOfRefusal(attempt);
      t.expectThat(attempt.isWelcomeOf(token.subject), rule, {
        where: 'connections with one token',
        expected: `a welcome as ${token.subject ?? '-'}`,
        actual: attempt.text,
        evidence: [attempt.evidence],
      });
    }
  },
);
