import { CloseCode } from '../../contract/close-code.ts';
import { must } from '../build.ts';
import { doseShape } from '../dose.ts';
import { type Facts, matchesRule } from '../facts.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { isOfLostMessage, lostMessages } from '../lost-message.ts';
import { wayAlone } from '../one-way.ts';
import { citedSessions, honestSessions, isDismissed, isSubprotocol } from '../selection.ts';
import type { SessionFact } from '../session-fact.ts';
import { whether } from '../sighting.ts';
import type { Symptom } from '../symptom.ts';

const OF_SOCKETS: readonly string[] = [
  'WS-COMPRESSION-BROKEN',
  'WS-WELCOME-',
  'WS-SESSION-HANDSHAKE',
  'WS-REFUSAL-FORM',
  'WS-CLOSE-CODE',
  'WS-CLOSE-CODE-INVALID',
  'WS-CLOSE-REASON-EMPTY',
  'WS-CLOSE-UNANSWERED',
  'WS-PONG-MISSING',
  'WS-HALF-OPEN',
  'WS-PING-FLOOD',
  'WS-MESSAGE-',
  'WS-PROTOCOL-ERROR',
  'WS-BAD-MESSAGE-',
  'WS-RECONNECT-REFUSED',
  'WS-RESUME-LOST',
  'WS-PATH-OPEN',
  'WS-PATH-NOT-SERVED',
  'WS-PATH-SERVES-HTTP',
  'WS-MALFORMED-ACCEPTED',
  'WS-UNMASKED-ACCEPTED',
  'WS-UPGRADE-INVALID',
  'WS-INVALID-UTF8',
  'WS-CONNECTION-LEAK',
];

/** Sockets open, and what is said on them breaks the protocol or the session's promises. */
export const SOCKET_CONTRACT_BROKEN: Hypothesis = {
  name: 'SOCKET_CONTRACT_BROKEN',
  title: 'sockets open and break the protocol or the promises of a session',
  owner: 'backend',
  remedy:
    'Compare the cited frame with the contract of a session (welcome, pings, closing handshake, limits, compression) and mend the handler.',
  outranks: false,
  predictions: [
    must(
      'a session breaks a rule of welcome, liveness, closing or limits',
      (facts) => whether(broken(facts)),
      undefined,
      0.7,
    ),
  ],
  explains: (symptom, facts) => isOfSockets(symptom, facts),
  brings: [],
  detail(facts) {
    if (facts.broken('WS-COMPRESSION-BROKEN').length > 0)
      return 'only where Sec-WebSocket-Extensions offers compression, as browsers do';
    const away = dismissed(facts);
    const [first] = away;
    if (first !== undefined)
      return `the target ends sessions whose users are not done: close code ${first.close?.code ?? 0}, reason ${JSON.stringify(first.close?.reason ?? '')}, ${away.length} times`;
    const way = wayAlone(
      facts.symptoms.filter((symptom) => isOfSockets(symptom, facts)),
      facts,
    );
    if (way !== null) return way;
    const cited = facts.symptoms
      .filter((symptom) => isLoss(symptom, facts))
      .flatMap(({ evidence }) => evidence);
    const lost = lostMessages(facts).filter((id) => cited.includes(id));
    return lost.length === 0
      ? null
      : `${lost.length} of ${facts.turns.length} chat messages had no effect: not one event came, and the connection stayed open`;
  },
};

/** What is left where the target sent clients away that were not done. */
const OF_DISMISSALS: readonly string[] = [
  'ORD-RUN-TRUNCATED',
  'ORD-TERMINAL-MISSING',
  'WS-CLOSED-BY-TARGET',
  'WS-CONCURRENCY',
  'WS-MESSAGE-LOST',
  'WS-NEIGHBOUR-DISTURBED',
];

function isDismissal(symptom: Symptom, facts: Facts): boolean {
  const { rule, reason } = symptom;
  if (
    rule === null
      ? reason !== 'CONNECTION_CLOSED' && reason !== 'EVIDENCE_MISSING'
      : !OF_DISMISSALS.includes(rule)
  )
    return false;
  // What shared the work of another check has no record of its own.
  if (reason === 'CONNECTION_CLOSED' && symptom.evidence.length === 0)
    return facts.sessions.some((session) => isDismissed(session));
  const turned = facts.turns.flatMap(({ id, body }) =>
    symptom.evidence.includes(id) ? [body.connection] : [],
  );
  return (
    citedSessions(symptom, facts).some((session) => isDismissed(session)) ||
    facts.allSessions.some((session) => turned.includes(session.connection) && isDismissed(session))
  );
}

function dismissed(facts: Facts): readonly SessionFact[] {
  return facts.symptoms.some((symptom) => isDismissal(symptom, facts))
    ? facts.sessions.filter((session) => isDismissed(session))
    : [];
}

/** What a message without effect leaves behind; of a first turn that stood still the agent knows more. */
function isLoss(symptom: Symptom, facts: Facts): boolean {
  const { rule, reason } = symptom;
  return (
    (rule === 'WS-MESSAGE-LOST' || rule === 'WS-CONCURRENCY' || reason === 'EVIDENCE_MISSING') &&
    isOfLostMessage(symptom, facts)
  );
}

function isOfSockets(symptom: Symptom, facts: Facts): boolean {
  const { rule, statuses, closeCodes } = symptom;
  if (isLoss(symptom, facts)) return doseShape(facts, 'send-delay-ms').falling.length === 0;
  if (isDismissal(symptom, facts)) return true;
  if (rule === null) return false;
  // Where welcomes come late, one that was not waited for any longer is late as well.
  if (rule === 'WS-WELCOME-MISSING' && facts.broken('TIM-WELCOME').length > 0) return false;
  if (rule === 'WS-HANDSHAKE-REFUSED') return isReturning(symptom, facts);
  if (rule === 'WS-TRANSPORT-NOT-SERVED') return isUnread(symptom, facts);
  // An internal error, or a race, is no promise of a session that is kept badly.
  if (rule === 'WS-RECONNECT-REFUSED')
    return !statuses.includes(500) && !closeCodes.includes(CloseCode.InternalError);
  if (rule === 'WS-MESSAGE-LOST') return doseShape(facts, 'send-delay-ms').falling.length === 0;
  return matchesRule(rule, OF_SOCKETS);
}

/** What comes by a subprotocol that was agreed to is never read, the token or the messages, and sessions open in another way. */
function isUnread(symptom: Symptom, facts: Facts): boolean {
  const cited = citedSessions(symptom, facts);
  return (
    cited.length > 0 &&
    cited.every(
      ({ transport, outcome, turns }) =>
        isSubprotocol(transport) && (outcome === 'error-frame' || outcome === 'closed' || turns.length > 0),
    ) &&
    honestSessions(facts, facts.allSessions).some(({ outcome }) => outcome === 'welcomed')
  );
}

/** Users who were welcomed before are refused, and others are welcomed after that: it is their return that fails. */
function isReturning(symptom: Symptom, facts: Facts): boolean {
  const refused = citedSessions(symptom, facts).filter(({ outcome }) => outcome === 'refused');
  const welcomed = facts.allSessions.filter(({ outcome }) => outcome === 'welcomed');
  return (
    refused.length > 0 &&
    refused.every(
      ({ subject, atMs, status }) =>
        status !== 500 &&
        welcomed.some((one) => one.subject === subject && one.atMs < atMs) &&
        welcomed.some((one) => one.subject !== subject && one.atMs > atMs),
    )
  );
}

function broken(facts: Facts): readonly string[] {
  return facts.symptoms
    .filter((symptom) => isOfSockets(symptom, facts))
    .flatMap(({ evidence, where }) => (evidence.length > 0 ? evidence.slice(-2) : [where]));
}
