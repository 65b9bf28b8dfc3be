import { must, should } from '../build.ts';
import { matchesRule, type Facts } from '../facts.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { idsOf, isSubprotocol } from '../selection.ts';
import { whether } from '../sighting.ts';

const ECHO_CODES: readonly string[] = ['SUBPROTOCOL_MISSING', 'SUBPROTOCOL_NOT_OFFERED'];

/** Client and target do not agree on a subprotocol: stripped on the way, not echoed, or another one is. */
export const SUBPROTOCOL_MISMATCH: Hypothesis = {
  name: 'SUBPROTOCOL_MISMATCH',
  title: 'no subprotocol is agreed: it is stripped, not echoed, or another one is',
  owner: 'infrastructure',
  remedy:
    'Let every hop pass Sec-WebSocket-Protocol both ways, and let the backend answer with exactly one of the offered names (RFC 6455 §4.2.2).',
  outranks: false,
  predictions: [
    must(
      'the 101 answer names no subprotocol that was offered',
      (facts) => whether([...badEchoes(facts), ...facts.broken('WS-SUBPROTOCOL-')], goodEchoes(facts)),
      'transports',
      0.85,
    ),
    should(
      'a token in the Authorization header opens a session',
      (facts) =>
        whether(
          idsOf(
            facts.allSessions.filter(
              ({ transport, token, outcome }) =>
                transport === 'authorization-header' && token === 'valid' && outcome === 'welcomed',
            ),
          ).slice(0, 2),
        ),
      'transports',
      0.3,
    ),
  ],
  explains: ({ rule, reason, evidence }, facts) =>
    (rule !== null &&
      matchesRule(rule, ['WS-SUBPROTOCOL-', 'WS-TRANSPORT-NOT-SERVED', 'WS-HANDSHAKE-FAILED'])) ||
    (reason === 'HANDSHAKE_FAILED' && evidence.some((id) => badEchoes(facts).includes(id))),
  brings: ['BREAKER_OPEN'],
};

function badEchoes(facts: Facts): readonly string[] {
  return idsOf(facts.sessions.filter(({ failure }) => ECHO_CODES.includes(failure?.code ?? '')));
}

function goodEchoes(facts: Facts): readonly string[] {
  return idsOf(
    facts.sessions.filter(({ transport, outcome }) => isSubprotocol(transport) && outcome === 'welcomed'),
  );
}
