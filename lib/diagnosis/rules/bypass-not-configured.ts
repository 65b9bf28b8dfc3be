import { brokenRule, must, never, should } from '../build.ts';
import type { Facts } from '../facts.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { exchangeIds } from '../selection.ts';
import { whether } from '../sighting.ts';

const EXCHANGE_PATH = '/auth/e2e/test-auth';

/** The deployment has no key for the bypass exchange, so nobody gets a token there. */
export const BYPASS_NOT_CONFIGURED: Hypothesis = {
  name: 'BYPASS_NOT_CONFIGURED',
  title: 'the bypass exchange is not configured on the target',
  owner: 'auth',
  remedy:
    'Set the exchange key in the environment of the auth service and restart it; variables set here do nothing there.',
  outranks: false,
  predictions: [
    must(
      'the exchange answers 503: it has no key',
      (facts) => whether(exchange(facts, 503), exchange(facts, 200)),
      undefined,
      0.9,
    ),
    should('the target shows its end-to-end settings as missing', brokenRule('HLT-E2E-TESTING')),
    never('another answer of the exchange is a token', (facts) => whether(exchange(facts, 200))),
  ],
  explains: ({ rule, reason, statuses }) =>
    rule === 'AUTH-BYPASS-NOT-CONFIGURED' ||
    rule === 'AUTH-EXCHANGE' ||
    rule === 'HLT-E2E-TESTING' ||
    reason === 'TOKEN_REFUSED' ||
    (rule === 'WS-HANDSHAKE-REFUSED' && statuses.includes(403)),
  brings: ['BREAKER_OPEN', 'AUTH_CONFIG_MISSING'],
};

function exchange(facts: Facts, wanted: number): readonly string[] {
  return exchangeIds(
    facts.allExchanges.filter(
      ({ path, status, check }) =>
        path === EXCHANGE_PATH && status === wanted && (wanted === 503 || check === null),
    ),
  );
}
