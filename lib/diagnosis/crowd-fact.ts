import type { Facts } from './facts.ts';
import { honestSessions, idsOf, isEndedByTarget } from './selection.ts';
import type { SessionFact } from './session-fact.ts';

/** Fewer connections at once than this are no crowd. */
const SMALLEST_CROWD = 3;
/** Sessions of fewer connections at once that must have gone well before a crowd is blamed. */
const MIN_LONE = 5;
/** A connection that was ended by us, or not yet, lives at least this long, in milliseconds. */
const FLOOR_MS = 50;

/** Sessions of a user that failed and that went well, by how many connections of that user there were at once. */
export interface CrowdFact {
  /** Fewest connections at once of any session that failed. */
  readonly threshold: number;
  readonly failed: readonly string[];
  readonly kept: readonly string[];
}

/**
 * Tells whether sessions fail only where their user has several connections at once: the dose-response that every run makes in
 * passing. Null when some failed alone, or too few were alone to tell.
 */
export function crowdOf(facts: Facts): CrowdFact | null {
  const honest = honestSessions(facts, facts.allSessions);
  const spans = honest.map((session) => ({ session, ...spanOf(session) }));
  const sizes = spans.map(({ session, fromMs, untilMs }) => ({
    session,
    size: spans.filter(
      (other) =>
        other.session.subject === session.subject && other.fromMs <= untilMs && fromMs <= other.untilMs,
    ).length,
  }));
  const failed = sizes.filter(({ session }) => isFailure(session));
  if (failed.length < 2) return null;
  const threshold = Math.min(...failed.map(({ size }) => size));
  const kept = sizes.filter(({ session, size }) => !isFailure(session) && size < threshold);
  if (threshold < SMALLEST_CROWD || kept.length < MIN_LONE) return null;
  return {
    threshold,
    failed: idsOf(failed.map(({ session }) => session)),
    kept: idsOf(kept.map(({ session }) => session)),
  };
}

/** Refused or ended before it was of any use, and not for the token alone. */
function isFailure(session: SessionFact): boolean {
  if (session.outcome === 'refused') return true;
  return (session.outcome === 'closed' || session.outcome === 'error-frame') && isEndedByTarget(session);
}

function spanOf({ atMs, close }: SessionFact): { readonly fromMs: number; readonly untilMs: number } {
  return { fromMs: atMs, untilMs: atMs + Math.max(close?.msSinceOpen ?? Number.POSITIVE_INFINITY, FLOOR_MS) };
}
