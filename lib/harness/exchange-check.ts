import { type ExchangeKey, issuedSubject } from '../auth/bypass-exchange.ts';
import type { Token } from '../auth/token.ts';
import type { User } from '../auth/user.ts';
import { HarnessError } from '../foundation/errors.ts';
import type { CheckContext } from './check-context.ts';

/** Requires that the exchange refuses this key with HTTP 401, and gives a token for the configured one (law 4). */
export async function expectRefusedExchange(
  t: CheckContext,
  key: Exclude<ExchangeKey, 'right'>,
): Promise<void> {
  const user = t.user();
  const refused = await t.exchange(user, key);
  const control = await t.exchange(user, 'right');
  const accepted = control.kind === 'issued';
  const text = accepted ? 'a token' : `HTTP ${control.status}`;
  t.record({ kind: 'control', of: `exchange with ${key} key`, accepted, text });
  t.expectThat(refused.kind === 'refused', 'AUTH-BYPASS-OPEN', {
    where: `POST /auth/e2e/test-auth with ${key === 'none' ? 'no' : 'a wrong'} key`,
    expected: 'HTTP 401',
    actual: 'a token',
  });
  t.stopIfBroken();
  t.expectEqual('AUTH-EXCHANGE', {
    where: `POST /auth/e2e/test-auth with ${key === 'none' ? 'no' : 'a wrong'} key`,
    expected: 401,
    actual: refused.kind === 'refused' ? refused.status : 200,
  });
}

/** A token that was exchanged now, past the cache. @throws {HarnessError} `TOKEN_REFUSED` */
export async function issued(t: CheckContext, user: User): Promise<Token> {
  return (await freshExchange(t, user)).token;
}

interface Refreshed {
  readonly status: number;
  /** Of the new access token; null without one. */
  readonly subject: string | null;
  readonly evidence: string;
}

/** A fresh exchange and what turns its refresh token into a new token, any number of times. */
export async function refreshToken(
  t: CheckContext,
  user: User,
): Promise<{ readonly token: Token; readonly refresh: () => Promise<Refreshed> }> {
  const { token, refreshToken: secret } = await freshExchange(t, user);
  return {
    token,
    refresh: async () => {
      const result = await t.answered('POST', '/auth/refresh', {
        target: 'auth',
        json: { refresh_token: secret?.reveal() ?? '' },
      });
      return { status: result.status, subject: issuedSubject(result.json), evidence: result.evidence };
    },
  };
}

async function freshExchange(t: CheckContext, user: User) {
  const answer = await t.exchange(user, 'right');
  if (answer.kind === 'issued') {
    t.recordToken(answer.token);
    return answer;
  }
  throw new HarnessError('TOKEN_REFUSED', `expected a token of ${user.name}, got HTTP ${answer.status}`, {
    next: 'See the token rung of the preflight ladder.',
  });
}
