import { CloseCode } from '../../contract/close-code.ts';
import { must, never, should } from '../build.ts';
import { doseShape, doseText } from '../dose.ts';
import type { Facts } from '../facts.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { honestSessions, idsOf, isEndedByTarget } from '../selection.ts';
import { whether } from '../sighting.ts';

/** A message that comes soon after the opening meets a connection that is not ready for it. */
export const RACE_ON_CONNECT: Hypothesis = {
  name: 'RACE_ON_CONNECT',
  title: 'messages sent soon after the opening meet a connection that is not ready',
  owner: 'backend',
  remedy:
    'Let the server queue or answer early messages instead of failing: nothing may be read before the connection state is set up.',
  outranks: false,
  predictions: [
    must(
      'failures fall as the pause between opening and first message grows',
      (facts) => {
        const shape = doseShape(facts, 'send-delay-ms');
        return whether([...shape.falling, ...facts.broken('WS-EARLY-SEND-CLOSED')], shape.flat);
      },
      'send-delay',
      0.85,
    ),
    should('connections end, or lose a message, right after our first one', (facts) =>
      whether([
        ...idsOf(
          facts.sessions.filter(
            (session) =>
              isEndedByTarget(session) &&
              session.close?.afterFirstClientMessage === true &&
              session.close.msSinceOpen < 2_000,
          ),
        ),
        ...facts.broken('WS-MESSAGE-LOST'),
      ]),
    ),
    never('the pause makes no difference, or connections end before any message of ours', (facts) => {
      const shape = doseShape(facts, 'send-delay-ms');
      return whether(shape.falling.length > 0 ? [] : [...shape.flat, ...silentEnds(facts)]);
    }),
  ],
  explains: ({ rule, reason, closeCodes }) =>
    rule === 'WS-EARLY-SEND-CLOSED' ||
    rule === 'WS-MESSAGE-LOST' ||
    rule === 'WS-CLOSE-INTERNAL-ERROR' ||
    ((rule === 'WS-CLOSED-BY-TARGET' || reason === 'CONNECTION_CLOSED') &&
      closeCodes.some((code) => code === 1011 || code === 1006)) ||
    reason === 'CONNECTION_CLOSED',
  brings: ['HANDLER_CRASH'],
  detail: (facts: Facts) => {
    const series = facts.doses
      .filter(({ body }) => body.quantity === 'send-delay-ms')
      .map(({ body }) => doseText(body));
    return series.length === 0 ? null : series.join(' | ');
  },
};

function silentEnds(facts: Facts): readonly string[] {
  return idsOf(
    honestSessions(facts).filter(
      (session) =>
        isEndedByTarget(session) &&
        session.close?.code === CloseCode.InternalError &&
        !session.close.afterFirstClientMessage,
    ),
  );
}
