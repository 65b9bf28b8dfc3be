import type { ExchangeFact } from './exchange-fact.ts';
import type { Facts } from './facts.ts';
import { idsOf, isAuthRefusal } from './selection.ts';
import type { SessionFact } from './session-fact.ts';

/** Failures in a row after which a breaker opens (wire-contract.md §7.6, requirements.md Part C). */
const THRESHOLD = 3;
/** Longest time that a breaker stays open, at time scale 1, with some leeway. */
const OPEN_MS = 20_000;

/** A good token answered as an open breaker does: 500 or 503 (wire-contract.md §7.6). */
export function isBreakerAnswer({ outcome, status, token }: SessionFact): boolean {
  return outcome === 'refused' && token === 'valid' && (status === 500 || status === 503);
}

function isRefusal(session: SessionFact): boolean {
  return isAuthRefusal(session) || session.failure?.code === 'SUBPROTOCOL_MISSING';
}

/** Time of the first refusal of any token; null when none was refused. */
export function firstTokenRefusal(facts: Facts): number | null {
  return facts.allSessions.find((session) => isRefusal(session))?.atMs ?? null;
}

/** Good tokens answered by 500 or 503 shortly after several refusals: what an open breaker does. */
export function trippedSessions(facts: Facts): readonly SessionFact[] {
  const refusals = facts.allSessions.filter((session) => isRefusal(session));
  return facts.sessions.filter(
    (session) =>
      isBreakerAnswer(session) &&
      refusalsBefore(refusals, session, facts).length >= THRESHOLD &&
      !isLockOutOnPurpose(refusalsBefore(refusals, session, facts), session),
  );
}

/** One check that had its own user refused until the breaker had to open: what it was there to see. */
function isLockOutOnPurpose(before: readonly SessionFact[], { check, subject }: SessionFact): boolean {
  if (check === null || subject === null) return false;
  return before.filter((one) => one.check === check && one.subject === subject).length >= THRESHOLD;
}

/** Records of those sessions, with the refusals that came before them. */
export function trippingRecords(facts: Facts): readonly string[] {
  const refusals = facts.allSessions.filter((session) => isRefusal(session));
  return trippedSessions(facts).flatMap((session) => [
    ...idsOf(refusalsBefore(refusals, session, facts).slice(-THRESHOLD)).slice(0, 3),
    ...session.evidence,
  ]);
}

/** Answers of 503 by the backend shortly after several refusals, where it was served before them. */
export function trippedExchanges(facts: Facts): readonly ExchangeFact[] {
  const refusals = facts.allSessions.filter((session) => isRefusal(session));
  return facts.exchanges.filter(
    (exchange) =>
      exchange.service === 'backend' &&
      exchange.status === 503 &&
      refusalsBefore(refusals, exchange, facts).length >= THRESHOLD &&
      facts.allExchanges.some(
        ({ path, status, atMs }) => path === exchange.path && status === 200 && atMs < exchange.atMs,
      ),
  );
}

function refusalsBefore(
  refusals: readonly SessionFact[],
  session: Pick<SessionFact, 'atMs'>,
  facts: Facts,
): readonly SessionFact[] {
  const openMs = OPEN_MS * Math.max(facts.timeScale, 0.05);
  return refusals.filter(({ atMs }) => atMs <= session.atMs && session.atMs - atMs <= openMs);
}
