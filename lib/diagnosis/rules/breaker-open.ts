import {
  firstTokenRefusal,
  isBreakerAnswer,
  trippedExchanges,
  trippedSessions,
  trippingRecords,
} from '../breaker-fact.ts';
import { brokenRule, must, never, should } from '../build.ts';
import type { Facts } from '../facts.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { exchangeIds, idsOf } from '../selection.ts';
import type { SessionFact } from '../session-fact.ts';
import { whether } from '../sighting.ts';

const BREAKER_RULES: readonly string[] = [
  'AUTH-BREAKER-ANSWER',
  'AUTH-BREAKER-CASCADE',
  'AUTH-BREAKER-EAGER',
  'AUTH-BREAKER-STAYS-OPEN',
];

/** Earlier refusals opened the breaker of the authentication, which then refuses good tokens too. */
export const BREAKER_OPEN: Hypothesis = {
  name: 'BREAKER_OPEN',
  title: 'the circuit breaker of the authentication is open and refuses good tokens',
  owner: 'auth',
  remedy:
    'Find the refusals before it: the breaker is their consequence. Limit it to the failing key, and let it close by itself after its reset time.',
  outranks: false,
  predictions: [
    must(
      'good tokens are refused with 500 or 503 soon after several refusals',
      (facts) =>
        whether([
          ...facts.broken(...BREAKER_RULES),
          ...trippingRecords(facts),
          ...exchangeIds(trippedExchanges(facts)),
        ]),
      'cool-down',
      0.75,
    ),
    should(
      'the same is accepted after the reset time, or for another user',
      (facts) => {
        const times = trippedSessions(facts).map(({ atMs }) => atMs);
        const later = accepted(facts).filter(({ atMs }) => atMs > Math.max(...times));
        return whether(times.length === 0 ? [] : idsOf(later).slice(0, 2));
      },
      'cool-down',
    ),
    should('the breaker itself broke its promise', brokenRule(...BREAKER_RULES), undefined, 0.5),
    never('opening handshakes were refused so before any refusal of a token', (facts) => {
      const first = firstTokenRefusal(facts);
      return whether(
        facts.broken(...BREAKER_RULES).length > 0
          ? []
          : idsOf(facts.sessions.filter((s) => isBreakerAnswer(s) && (first === null || s.atMs < first))),
      );
    }),
  ],
  explains: ({ rule, reason, statuses, evidence }, facts) => {
    const isAnswer = statuses.some((status) => status === 500 || status === 503);
    return (
      BREAKER_RULES.includes(rule ?? '') ||
      (isAnswer &&
        (rule === 'WS-HANDSHAKE-REFUSED' || rule === 'API-STATUS' || rule === 'AUTH-NEGATIVE-CACHE')) ||
      (rule === 'HLT-DOWN' && trippedExchanges(facts).some(({ id }) => evidence.includes(id))) ||
      reason === 'HANDSHAKE_REFUSED' ||
      (isAnswer && reason === 'CONTROL_MISSING')
    );
  },
  brings: [],
};

function accepted(facts: Facts): readonly SessionFact[] {
  return facts.allSessions.filter(({ token, outcome }) => token === 'valid' && outcome === 'welcomed');
}
