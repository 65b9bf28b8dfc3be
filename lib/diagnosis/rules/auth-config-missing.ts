import { UNKNOWN_SOCKET_PATH } from '../../contract/socket-path.ts';
import { brokenRule, hardly, must, never, should } from '../build.ts';
import type { Facts } from '../facts.ts';
import type { Hypothesis } from '../hypothesis.ts';
import {
  exchangeIds,
  honestSessions,
  httpAccepting,
  httpRefusing,
  idsOf,
  isAuthRefusal,
  isSubprotocol,
} from '../selection.ts';
import { whether } from '../sighting.ts';

/** The parties do not share an authentication setting: the exchange key, or what the sockets judge tokens by. */
export const AUTH_CONFIG_MISSING: Hypothesis = {
  name: 'AUTH_CONFIG_MISSING',
  title: 'an authentication setting is missing or differs between the services',
  owner: 'auth',
  remedy:
    'Compare the secret, key and mode settings of the auth service, the HTTP part and the socket part of the backend by fingerprint, and set the one that differs.',
  outranks: false,
  predictions: [
    must(
      'the exchange refuses our key, or sockets refuse on every transport a token that HTTP accepts',
      (facts) => {
        const keyRefused = facts.broken('AUTH-BYPASS-REFUSED');
        if (keyRefused.length > 0) return whether(keyRefused);
        const { header, subprotocol } = refusals(facts);
        if (header.length === 0 || subprotocol.length === 0)
          return whether(
            [],
            httpRefusing(facts).map(({ id }) => id),
          );
        return whether(
          httpAccepting(facts).length > 0 ? [...header, ...subprotocol] : [],
          exchangeIds(httpRefusing(facts)),
        );
      },
      'transports',
      0.85,
    ),
    never('a session of a valid token opens', (facts) =>
      whether(idsOf(honestSessions(facts).filter(({ outcome }) => outcome === 'welcomed'))),
    ),
    should(
      'HTTP accepts the same token',
      (facts) => whether(exchangeIds(httpAccepting(facts)), exchangeIds(httpRefusing(facts))),
      'token-check',
    ),
    hardly(
      'a path that nobody serves is refused in the same way',
      (facts) => whether(unknownRefusals(facts)),
      'unknown-path',
      0.2,
    ),
    should('the exchange key is refused', brokenRule('AUTH-BYPASS-REFUSED')),
  ],
  explains: ({ rule, reason, statuses }) =>
    rule === 'AUTH-BYPASS-REFUSED' ||
    rule === 'AUTH-EXCHANGE' ||
    rule === 'AUTH-TOKEN-REFUSED' ||
    rule === 'AUTH-CARRIERS-DISAGREE' ||
    rule === 'WS-TRANSPORT-NOT-SERVED' ||
    reason === 'TOKEN_REFUSED' ||
    (rule === 'WS-HANDSHAKE-REFUSED' && statuses.some((status) => status === 401 || status === 403)),
  brings: ['BREAKER_OPEN'],
};

/** Refusals at a path that is no published one, by the status of the refusals at ours. */
function unknownRefusals(facts: Facts): readonly string[] {
  const own = new Set(honestSessions(facts).map(({ status }) => status));
  return idsOf(
    facts.sessions.filter(
      ({ path, status }) => path === UNKNOWN_SOCKET_PATH && status !== null && own.has(status),
    ),
  );
}

function refusals(facts: Facts): {
  readonly header: readonly string[];
  readonly subprotocol: readonly string[];
} {
  const refused = honestSessions(facts).filter((session) => isAuthRefusal(session));
  return {
    header: idsOf(refused.filter(({ transport }) => transport === 'authorization-header')),
    subprotocol: idsOf(refused.filter(({ transport }) => isSubprotocol(transport))),
  };
}
