import { CloseCode } from '../contract/close-code.ts';
import type { AuthTransport } from '../evidence/evidence.ts';
import type { ExchangeFact } from './exchange-fact.ts';
import type { Facts } from './facts.ts';
import { pathOf, type SessionFact } from './session-fact.ts';
import type { Symptom } from './symptom.ts';

/** Ids of the records that tell these sessions. */
export function idsOf(sessions: readonly SessionFact[]): readonly string[] {
  return sessions.flatMap(({ evidence }) => evidence);
}

/** Ids of these exchanges. */
export function exchangeIds(exchanges: readonly ExchangeFact[]): readonly string[] {
  return exchanges.map(({ id }) => id);
}

export function isSubprotocol(transport: AuthTransport): boolean {
  return transport.startsWith('subprotocol-');
}

/** Sessions that were asked for with a valid token, at the path of the settings. */
export function honestSessions(
  facts: Facts,
  among: readonly SessionFact[] = facts.sessions,
): readonly SessionFact[] {
  const path = pathOf(facts.target.websocketUrl);
  return among.filter((session) => session.token === 'valid' && session.path === path);
}

/** A session that was refused for its token: by status, by an error frame, or by a policy close before any welcome. */
export function isAuthRefusal(session: SessionFact): boolean {
  if (session.outcome === 'refused') return session.status === 401 || session.status === 403;
  if (session.outcome === 'error-frame') return session.close?.code !== CloseCode.InternalError;
  return session.outcome === 'closed' && session.close?.code === CloseCode.PolicyViolation;
}

/** A session that the target ended by itself, whatever its code. */
export function isEndedByTarget({ close }: SessionFact): boolean {
  return close !== null && close.initiator !== 'local';
}

/** Reasons of a message loop that ended by an error (wire-contract.md §3.4, §4.5): `main cleanup` and its kin. */
const OF_LOOP_END = /\bcleanup$/i;

/**
 * A session that the target ended with close code 1000 as if it were done: for a reason that it names, or after a whole turn. No
 * handler failed there; a client that is not done was sent away.
 */
export function isDismissed(session: SessionFact): boolean {
  const { close, turns, outcome } = session;
  if (close === null || !isEndedByTarget(session) || close.code !== CloseCode.NormalClosure) return false;
  if (outcome !== 'welcomed' || OF_LOOP_END.test(close.reason)) return false;
  return close.reason !== '' || turns.at(-1)?.ended === 'terminal';
}

/** Exchanges with the backend that carried a valid token and were let in, whatever came of them then. */
export function httpAccepting(facts: Facts): readonly ExchangeFact[] {
  return facts.allExchanges.filter(
    ({ service, token, status }) => service === 'backend' && token === 'valid' && isServed(status),
  );
}

/** Exchanges with the backend that carried a valid token and were refused for it. */
export function httpRefusing(facts: Facts): readonly ExchangeFact[] {
  return facts.exchanges.filter(
    ({ service, token, status }) =>
      service === 'backend' && token === 'valid' && (status === 401 || status === 403),
  );
}

/** Exchanges without need of a token that the backend answered well; a redirect serves nothing. */
export function httpServing(facts: Facts): readonly ExchangeFact[] {
  return facts.allExchanges.filter(({ service, status }) => service === 'backend' && isServed(status));
}

/** True for a status that says that the answer is what was asked for. */
export function isServed(status: number | null): boolean {
  return status !== null && status < 300;
}

/** The text of a member of a JSON body; null when there is none. */
export function member(json: unknown, name: string): unknown {
  return typeof json === 'object' && json !== null ? Reflect.get(json, name) : undefined;
}

/** Records of a probe that was answered so. */
export function probeAnswers(facts: Facts, probe: string, answer: boolean): readonly string[] {
  return (facts.probes.get(probe) ?? []).flatMap(({ id, body }) =>
    body.kind === 'probe' && body.answer === answer ? [id] : [],
  );
}

/** Sessions of valid tokens that were welcomed as the user of a demo mode (wire-contract.md §9.1, F10). */
export function demoWelcomes(facts: Facts): readonly string[] {
  return idsOf(
    facts.sessions.filter(
      ({ welcomedAs, token }) => token === 'valid' && welcomedAs !== null && welcomedAs.startsWith('demo-'),
    ),
  );
}

/** Sessions that a symptom cites a record of. */
export function citedSessions({ evidence }: Symptom, facts: Facts): readonly SessionFact[] {
  const cited = new Set(evidence);
  return facts.allSessions.filter((session) => session.evidence.some((id) => cited.has(id)));
}

/** Rules that say that the carriers of a token differ: which way, the answers tell. */
const OF_CARRIERS: readonly string[] = ['API-AUTH', 'AUTH-CARRIERS-DISAGREE'];

/** Answers of a symptom that served a request without a good token. */
export function letInBy({ rule, evidence }: Symptom, facts: Facts): readonly string[] {
  if (rule === null || !OF_CARRIERS.includes(rule)) return [];
  return exchangeIds(
    facts.exchanges.filter(
      ({ id, token, status }) =>
        evidence.includes(id) && token !== 'valid' && status !== null && status < 300,
    ),
  );
}
