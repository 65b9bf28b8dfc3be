import { CloseCode } from '../contract/close-code.ts';
import type { AuthTransport } from '../evidence/evidence.ts';
import type { ExchangeFact } from './exchange-fact.ts';
import type { Facts } from './facts.ts';
import { pathOf, type SessionFact } from './session-fact.ts';

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
  if (session.outcome === 'error-frame') return true;
  return session.outcome === 'closed' && session.close?.code === CloseCode.PolicyViolation;
}

/** A session that the target ended by itself, whatever its code. */
export function isEndedByTarget({ close }: SessionFact): boolean {
  return close !== null && close.initiator !== 'local';
}

/** Exchanges with the backend that carried a valid token and were let in, whatever came of them then. */
export function httpAccepting(facts: Facts): readonly ExchangeFact[] {
  return facts.allExchanges.filter(
    ({ service, token, status }) =>
      service === 'backend' && token === 'valid' && status !== null && status < 400,
  );
}

/** Exchanges with the backend that carried a valid token and were refused for it. */
export function httpRefusing(facts: Facts): readonly ExchangeFact[] {
  return facts.exchanges.filter(
    ({ service, token, status }) =>
      service === 'backend' && token === 'valid' && (status === 401 || status === 403),
  );
}

/** Exchanges without need of a token that the backend answered well. */
export function httpServing(facts: Facts): readonly ExchangeFact[] {
  return facts.allExchanges.filter(
    ({ service, status }) => service === 'backend' && status !== null && status < 400,
  );
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
