import { CloseCode } from '../../contract/close-code.ts';
import { must, never, should } from '../build.ts';
import type { Facts } from '../facts.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { exhausted, outages } from '../outage.ts';
import { exchangeIds, honestSessions, idsOf, isEndedByTarget, member, probeAnswers } from '../selection.ts';
import { whether } from '../sighting.ts';
import { elsewhereAnswer } from '../uniform-answer.ts';

/** The service, or one part of it, does not serve: stopped, not started, shutting down, or without its workers. */
export const SERVICE_DOWN: Hypothesis = {
  name: 'SERVICE_DOWN',
  title: 'the service, or one part of it, is down, starting or shutting down',
  owner: 'operations',
  remedy:
    'Read the log of the newest instances for their start and end; restore the last revision that served.',
  outranks: false,
  predictions: [
    must(
      'it refuses connections or answers 502, 503 or 504 and is never served again, or closes with 1001 or 1012',
      (facts) => {
        const { persists, passed } = outages(facts);
        return whether([...persists, ...restarts(facts)], passed);
      },
      'repeat',
      0.8,
    ),
    should('its own health answer says that it is down', (facts) => whether(saysDown(facts))),
    must(
      'it fails in the same way when asked again, or says itself that it goes away',
      (facts) =>
        whether(
          [
            ...repeated(facts),
            ...restarts(facts),
            ...saysDown(facts).filter((id) => outages(facts).persists.includes(id)),
            ...probeAnswers(facts, 'repeat', false),
          ],
          probeAnswers(facts, 'repeat', true),
        ),
      'repeat',
      0.4,
    ),
    never('every path is answered by one and the same redirect or 404', (facts) =>
      whether(elsewhereAnswer(facts)?.evidence ?? []),
    ),
    never(
      'openings are refused after others were served, while the service answers over HTTP all the time',
      (facts) => whether(exhausted(facts)),
    ),
    never('a limit on requests is named', (facts) => whether(facts.broken('WS-RATE-LIMITED'))),
  ],
  explains: ({ rule, rung, reason, statuses, unanswered, closeCodes }) => {
    const outage = statuses.some((status) => status >= 502 && status <= 504);
    if (rule === 'HLT-STATUS') return rung !== null;
    if (rule === 'HLT-DOWN' || rule === 'AUTH-SERVICE-DOWN') return true;
    if (rule === 'WS-CLOSED-BY-TARGET') return closeCodes.includes(1012) || closeCodes.includes(1001);
    if (rule !== null)
      return outage && (rule.startsWith('WS-') || rule.startsWith('API-') || rule.startsWith('HLT-'));
    return unanswered || (outage && OF_NO_ANSWER.includes(reason ?? ''));
  },
  brings: ['READINESS_DEGRADED'],
};

/** Reasons of checks that were not judged because nobody served them. */
const OF_NO_ANSWER: readonly string[] = [
  'CONTROL_MISSING',
  'EVIDENCE_MISSING',
  'HANDSHAKE_FAILED',
  'HANDSHAKE_REFUSED',
  'HTTP_FAILED',
];

function saysDown(facts: Facts): readonly string[] {
  return exchangeIds(
    facts.exchanges.filter(
      ({ json, status }) =>
        member(json, 'startup_failed') === true ||
        member(json, 'status') === 'unhealthy' ||
        (status === 503 && member(json, 'error') === 'Service Unavailable'),
    ),
  );
}

function repeated(facts: Facts): readonly string[] {
  const { persists } = outages(facts);
  return persists.length >= 2 ? persists : [];
}

/** Sessions that the target ended because it goes away or restarts (RFC 6455 §7.4.1; IANA 1012). */
function restarts(facts: Facts): readonly string[] {
  return idsOf(
    honestSessions(facts).filter(
      (session) => isEndedByTarget(session) && RESTART_CODES.includes(session.close?.code ?? 0),
    ),
  );
}

const RESTART_CODES: readonly number[] = [CloseCode.GoingAway, CloseCode.ServiceRestart];
