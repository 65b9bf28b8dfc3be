import { hardly, must, never, should } from '../build.ts';
import type { Facts } from '../facts.ts';
import type { Hypothesis } from '../hypothesis.ts';
import {
  exchangeIds,
  honestSessions,
  httpAccepting,
  httpRefusing,
  idsOf,
  isAuthRefusal,
  member,
} from '../selection.ts';
import { whether } from '../sighting.ts';

/** The backend refuses good tokens everywhere: secret, issuer, audience, or the service that checks them. */
export const AUTH_REJECTED: Hypothesis = {
  name: 'AUTH_REJECTED',
  title: 'the backend refuses valid tokens, over HTTP and on sockets',
  owner: 'auth',
  remedy:
    'Compare signing secret, issuer and audience of the auth service and the backend by fingerprint; a secret was changed in one place only.',
  outranks: false,
  predictions: [
    must(
      'sockets refuse a valid token',
      (facts) =>
        whether(
          idsOf(honestSessions(facts).filter((session) => isAuthRefusal(session))),
          idsOf(honestSessions(facts).filter(({ outcome }) => outcome === 'welcomed')),
        ),
      'transports',
    ),
    must(
      'HTTP refuses the same token',
      (facts) => whether(exchangeIds(httpRefusing(facts)), exchangeIds(httpAccepting(facts))),
      'token-check',
    ),
    should(
      'the auth service calls the token valid, so the two do not share a secret',
      (facts) => whether(tokenChecks(facts, true)),
      'token-check',
      0.3,
    ),
    hardly('some session of a valid token opens', (facts) =>
      whether(idsOf(honestSessions(facts).filter(({ outcome }) => outcome === 'welcomed'))),
    ),
    never('the clocks disagree', (facts) => whether(facts.broken('HLT-CLOCK-SKEW'))),
  ],
  explains: ({ rule, reason, statuses }) =>
    rule === 'AUTH-TOKEN-REFUSED' ||
    rule === 'API-AUTH' ||
    rule === 'WS-TRANSPORT-NOT-SERVED' ||
    reason === 'CONTROL_MISSING' ||
    reason === 'TOKEN_REFUSED' ||
    ((rule === 'WS-HANDSHAKE-REFUSED' || rule === 'API-STATUS') &&
      statuses.some((status) => status === 401 || status === 403)),
  brings: ['BREAKER_OPEN'],
};

function tokenChecks(facts: Facts, valid: boolean): readonly string[] {
  return exchangeIds(
    facts.exchanges.filter(
      ({ service, token, path, json }) =>
        service === 'auth' &&
        token === 'valid' &&
        path.startsWith('/auth/v') &&
        member(json, 'valid') === valid,
    ),
  );
}
