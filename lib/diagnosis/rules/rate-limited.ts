import { CloseCode } from '../../contract/close-code.ts';
import { must, never, should } from '../build.ts';
import { crowdOf } from '../crowd-fact.ts';
import { doseShape } from '../dose.ts';
import type { Facts } from '../facts.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { exhausted } from '../outage.ts';
import { exchangeIds, honestSessions, idsOf, isEndedByTarget } from '../selection.ts';
import { whether } from '../sighting.ts';

/** A limit on rate or capacity is hit, by us or by everybody. */
export const RATE_LIMITED: Hypothesis = {
  name: 'RATE_LIMITED',
  title: 'a limit on rate or capacity is hit',
  owner: 'infrastructure',
  remedy:
    'Find the limit and who uses it up: connections and requests in progress, workers, quota of the hop in front. Raise it, or lower REQUESTS_PER_MINUTE here, before judging anything else.',
  outranks: false,
  predictions: [
    must(
      'the target answers 429, asks to come again later, fails more the more connections are open, or takes no more sockets while HTTP is served',
      (facts) =>
        whether(
          [
            ...limited(facts),
            ...facts.broken('WS-RATE-LIMITED'),
            ...doseShape(facts, 'open-connections').rising,
            ...(crowdOf(facts)?.failed ?? []),
            ...exhausted(facts),
          ],
          doseShape(facts, 'open-connections').flat,
        ),
      'concurrency',
      0.8,
    ),
    never('one connection alone fails too', (facts) =>
      whether(
        limited(facts).length > 0 || isCrowd(facts) || exhausted(facts).length > 0 ? [] : loneFailures(facts),
      ),
    ),
    should(
      'few connections and requests are served',
      (facts) =>
        whether(
          idsOf(
            facts.allSessions.filter(({ outcome, token }) => outcome === 'welcomed' && token === 'valid'),
          ).slice(0, 2),
        ),
      undefined,
      0.2,
    ),
  ],
  explains: ({ rule, reason, statuses, closeCodes, evidence }, facts) =>
    rule === 'WS-RATE-LIMITED' ||
    rule === 'WS-CONCURRENCY' ||
    (rule !== null && statuses.includes(429)) ||
    (reason !== null && statuses.includes(429)) ||
    (rule === 'WS-CLOSED-BY-TARGET' && closeCodes.includes(CloseCode.TryAgainLater)) ||
    (isCrowdSuspect(facts) && OF_CROWDS.includes(rule ?? '')) ||
    // A check that could not be judged because the limit took its connections.
    (rule === null && evidence.some((id) => crowdOf(facts)?.failed.includes(id))) ||
    (statuses.includes(503) && exhausted(facts).length > 0 && isOfSockets(evidence, facts)),
  brings: [],
  detail(facts) {
    const refused = exhausted(facts).length - 1;
    const served = facts.allSessions.filter(({ outcome }) => outcome === 'welcomed').length;
    return refused < 1
      ? null
      : `after ${served} openings were served, ${refused} were refused with HTTP 503, while HTTP was answered: no more sockets are taken, or their workers are gone`;
  },
};

/** Rests on an opening that was refused with 503, whatever token it carried: nobody looked at it. */
function isOfSockets(evidence: readonly string[], { allSessions }: Facts): boolean {
  return allSessions.some(
    ({ status, evidence: ids }) => status === 503 && ids.some((id) => evidence.includes(id)),
  );
}

/** What a crowd of connections can end in. */
const OF_CROWDS: readonly string[] = [
  'AUTH-TOKEN-REFUSED',
  'WS-CLOSE-INTERNAL-ERROR',
  'WS-CLOSED-BY-TARGET',
  'WS-CONNECT-RATE',
];

/** A crowd is possible until it was tried, and shown once failures grew with it. */
function isCrowdSuspect(facts: Facts): boolean {
  const { falling, flat } = doseShape(facts, 'open-connections');
  return isCrowd(facts) || falling.length + flat.length === 0;
}

function isCrowd(facts: Facts): boolean {
  return doseShape(facts, 'open-connections').rising.length > 0 || crowdOf(facts) !== null;
}

function limited(facts: Facts): readonly string[] {
  return [
    ...idsOf(
      honestSessions(facts).filter(
        (session) =>
          session.status === 429 ||
          (isEndedByTarget(session) && session.close?.code === CloseCode.TryAgainLater),
      ),
    ),
    ...exchangeIds(facts.exchanges.filter(({ status }) => status === 429)),
  ];
}

/** The ladder is climbed alone, before anything else. */
function loneFailures(facts: Facts): readonly string[] {
  const alone = honestSessions(facts).filter((session) => session.check === null && isEndedByTarget(session));
  return idsOf(alone).slice(0, 2);
}
