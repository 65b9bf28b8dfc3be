import { CloseCode } from '../../contract/close-code.ts';
import { trippedSessions } from '../breaker-fact.ts';
import { hardly, must, never } from '../build.ts';
import { crowdOf } from '../crowd-fact.ts';
import { doseShape } from '../dose.ts';
import type { Facts } from '../facts.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { readinessOf } from '../readiness-fact.ts';
import { citedSessions, honestSessions, idsOf, isDismissed, isEndedByTarget } from '../selection.ts';
import type { SessionFact } from '../session-fact.ts';
import { whether } from '../sighting.ts';

/** The handler of the sockets fails on good input: an error in it, before or after the accept. */
export const HANDLER_CRASH: Hypothesis = {
  name: 'HANDLER_CRASH',
  title: 'the socket handler fails on good input and ends the connection',
  owner: 'backend',
  remedy:
    'Find the exception in the log of the socket handler by the cited trace ids; it is raised between accept and the end of the turn.',
  outranks: false,
  predictions: [
    must(
      'good sessions end with 1011, without a close frame, or by a close that nobody asked for; or the upgrade answers 500',
      (facts) => whether(idsOf(crashed(facts)), idsOf(steady(facts)).slice(0, 2)),
      'transports',
      0.75,
    ),
    never(
      'readiness says that sockets cannot be served',
      (facts) => {
        const read = readinessOf(facts);
        const ids = (ready: boolean): string[] =>
          read.filter((one) => one.ready === ready).map(({ id }) => id);
        return whether(ids(false), ids(true));
      },
      'moment',
    ),
    never(
      'failures fall as the pause before the first message grows',
      (facts) =>
        whether(
          [...doseShape(facts, 'send-delay-ms').falling, ...facts.broken('WS-EARLY-SEND-CLOSED')],
          [
            ...doseShape(facts, 'send-delay-ms').flat,
            ...idsOf(crashed(facts).filter((session) => isSilentCrash(session))),
          ],
        ),
      'send-delay',
    ),
    never(
      'failures grow with the number of open connections',
      (facts) =>
        whether(
          [...doseShape(facts, 'open-connections').rising, ...(crowdOf(facts)?.failed ?? [])],
          [
            ...doseShape(facts, 'open-connections').flat,
            // The ladder is climbed alone, before anything else.
            ...idsOf(crashed(facts).filter(({ check }) => check === null)),
          ],
        ),
      'concurrency',
    ),
    hardly(
      'failures depend on the pause in a way that was not seen clearly',
      (facts) => whether(doseShape(facts, 'send-delay-ms').unclear),
      undefined,
      0.4,
    ),
    hardly(
      'other good sessions of the same kind run to their end',
      (facts) => whether(idsOf(steady(facts)).slice(0, 2)),
      undefined,
      0.2,
    ),
  ],
  explains: (symptom, facts) => {
    const { rule, reason, statuses, closeCodes } = symptom;
    const isCrashCode =
      closeCodes.every((code) => CRASH_CODES.includes(code)) &&
      !citedSessions(symptom, facts).some((session) => isDismissed(session));
    if (rule === null)
      return reason === 'CONNECTION_CLOSED'
        ? isCrashCode
        : reason === 'HANDSHAKE_REFUSED' && statuses.includes(500);
    if (rule === 'WS-CLOSED-BY-TARGET') return isCrashCode;
    // Who asks for a session gets an internal error instead: as a status, or right after the opening.
    if (OF_OPENINGS.includes(rule))
      return statuses.includes(500) || closeCodes.includes(CloseCode.InternalError);
    return OF_CRASHES.includes(rule);
  },
  brings: [],
};

const OF_CRASHES: readonly string[] = [
  'AUTH-GOOD-USER-HURT',
  'ORD-RUN-TRUNCATED',
  'WS-CLOSE-ABNORMAL',
  'WS-CLOSE-INTERNAL-ERROR',
  'WS-NEIGHBOUR-DISTURBED',
];
const OF_OPENINGS: readonly string[] = [
  'AUTH-TOKEN-REFUSED',
  'WS-CONCURRENCY',
  'WS-CONNECT-RATE',
  'WS-HANDSHAKE-REFUSED',
  'WS-RECONNECT-REFUSED',
];
const CRASH_CODES: readonly number[] = [
  CloseCode.NormalClosure,
  CloseCode.NoStatusReceived,
  CloseCode.AbnormalClosure,
  CloseCode.InternalError,
];

function isCrash(session: SessionFact): boolean {
  if (session.outcome === 'refused') return session.status === 500;
  if (session.failure !== null)
    return session.failure.phase === 'upgrade' && session.failure.code === 'ECONNRESET';
  return (
    isEndedByTarget(session) &&
    !isDismissed(session) &&
    (session.outcome !== 'error-frame' || session.close?.code === CloseCode.InternalError) &&
    CRASH_CODES.includes(session.close?.code ?? 0)
  );
}

/** It ends before it hears anything from us, so no pause of ours matters. */
function isSilentCrash({ outcome, close }: SessionFact): boolean {
  return outcome === 'refused' || close?.afterFirstClientMessage === false;
}

function crashed(facts: Facts): readonly SessionFact[] {
  const tripped = trippedSessions(facts);
  return honestSessions(facts).filter((session) => isCrash(session) && !tripped.includes(session));
}

function steady(facts: Facts): readonly SessionFact[] {
  return facts.sessions.filter(
    (session) =>
      session.token === 'valid' &&
      session.outcome === 'welcomed' &&
      !isEndedByTarget(session) &&
      session.turns.some(({ ended }) => ended === 'terminal'),
  );
}
