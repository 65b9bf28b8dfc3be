import { CloseCode } from '../../contract/close-code.ts';
import { hardly, must, never, should } from '../build.ts';
import type { Facts } from '../facts.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { outages } from '../outage.ts';
import { readinessOf } from '../readiness-fact.ts';
import { honestSessions, idsOf, isEndedByTarget } from '../selection.ts';
import { whether } from '../sighting.ts';

/** What the sockets stand on is not ready, and the target says so. */
export const READINESS_DEGRADED: Hypothesis = {
  name: 'READINESS_DEGRADED',
  title: 'a dependency of the sockets is not ready',
  owner: 'infrastructure',
  remedy:
    'Restore the services that the readiness answer names; look at their connections, limits and start order.',
  outranks: false,
  predictions: [
    must(
      'the readiness answer says that sockets cannot be served',
      (facts) =>
        whether(
          readinessOf(facts)
            .filter(({ ready }) => !ready)
            .map(({ id }) => id),
          readinessOf(facts).map(({ id }) => id),
        ),
      'moment',
      0.85,
    ),
    should(
      'sockets end with 1011, or are refused with 500 or 503',
      (facts) =>
        whether(
          idsOf(
            honestSessions(facts).filter(
              (session) =>
                (isEndedByTarget(session) && session.close?.code === CloseCode.InternalError) ||
                session.status === 500 ||
                session.status === 503,
            ),
          ),
          working(facts),
        ),
      'transports',
      0.2,
    ),
    hardly('users chat all the same', (facts) => whether(working(facts)), 'transports', 0.2),
    never('nobody serves at all', (facts) => {
      const { persists } = outages(facts);
      return facts.rung('health', 'broken', 'undecided').length > 0 ? whether(persists) : whether([]);
    }),
  ],
  explains: ({ rule, rung, reason, statuses }) =>
    (rung === 'readiness' && reason === 'RUNG_UNDECIDED') ||
    rule === 'HLT-NOT-READY' ||
    rule === 'HLT-READINESS-CONTRADICTED' ||
    rule === 'HLT-READINESS-FLAPS' ||
    rule === 'TIM-READINESS' ||
    rule === 'WS-CLOSE-INTERNAL-ERROR' ||
    (rule === 'WS-HANDSHAKE-REFUSED' && statuses.some((status) => status === 500 || status === 503)),
  brings: ['HANDLER_CRASH'],
  detail(facts) {
    const worst = readinessOf(facts).filter(({ ready }) => !ready);
    const services = [...new Set(worst.flatMap(({ failedServices }) => failedServices))];
    if (services.length === 0) return null;
    const slowest = Math.max(...worst.map(({ elapsedMs }) => elapsedMs));
    return `failed services: ${services.join(', ')}; answered after ${Math.round(slowest)} ms`;
  },
};

function working(facts: Facts): readonly string[] {
  return idsOf(
    honestSessions(facts).filter((session) => session.outcome === 'welcomed' && !isEndedByTarget(session)),
  );
}
