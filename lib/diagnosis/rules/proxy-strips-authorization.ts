import { must, should } from '../build.ts';
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
import type { SessionFact } from '../session-fact.ts';
import { whether } from '../sighting.ts';

/** A hop in front of the sockets drops the Authorization header of opening handshakes. */
export const PROXY_STRIPS_AUTHORIZATION: Hypothesis = {
  name: 'PROXY_STRIPS_AUTHORIZATION',
  title: 'a hop in front drops the Authorization header of opening handshakes',
  owner: 'infrastructure',
  remedy:
    'Let the load balancer pass Authorization on upgrade requests; until then clients must send the token as a subprotocol.',
  outranks: false,
  predictions: [
    must(
      'a valid token in the Authorization header is refused on sockets',
      (facts) => {
        const opened = ofHeader(facts, isOpened);
        return whether(opened.length > 0 ? [] : ofHeader(facts, isAuthRefusal), opened);
      },
      'transports',
      0.7,
    ),
    must(
      'a valid token in a subprotocol is accepted there',
      (facts) => whether(ofSubprotocol(facts, isOpened), ofSubprotocol(facts, isAuthRefusal)),
      'transports',
      0.7,
    ),
    should(
      'HTTP accepts a token in that header',
      (facts) => whether(exchangeIds(httpAccepting(facts)), exchangeIds(httpRefusing(facts))),
      'token-check',
    ),
  ],
  explains: ({ rule, reason, statuses }) =>
    rule === 'WS-TRANSPORT-NOT-SERVED' ||
    rule === 'AUTH-TOKEN-REFUSED' ||
    rule === 'AUTH-CARRIERS-DISAGREE' ||
    reason === 'CONTROL_MISSING' ||
    (rule === 'WS-HANDSHAKE-REFUSED' && statuses.some((status) => status === 401 || status === 403)),
  brings: ['BREAKER_OPEN'],
};

const isOpened = ({ outcome }: SessionFact): boolean => outcome === 'welcomed';

function ofHeader(facts: Facts, holds: (session: SessionFact) => boolean): readonly string[] {
  return ofTransport(facts, (transport) => transport === 'authorization-header', holds);
}

function ofSubprotocol(facts: Facts, holds: (session: SessionFact) => boolean): readonly string[] {
  return ofTransport(facts, isSubprotocol, holds);
}

/** Checks that passed count as well: a transport that works anywhere works. */
function ofTransport(
  facts: Facts,
  matches: (transport: SessionFact['transport']) => boolean,
  holds: (session: SessionFact) => boolean,
): readonly string[] {
  return idsOf(
    honestSessions(facts, facts.allSessions).filter(
      (session) => matches(session.transport) && holds(session),
    ),
  );
}
