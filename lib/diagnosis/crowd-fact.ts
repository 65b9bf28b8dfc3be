import type { Facts } from './facts.ts';
import { honestSessions, idsOf, isEndedByTarget } from './selection.ts';
import type { SessionFact } from './session-fact.ts';

/** Sessions that failed wherever their user had as many open as ever were kept, and nowhere else. */
export interface CrowdFact {
  /** Most connections of one user that were kept at once. */
  readonly limit: number;
  readonly failed: readonly string[];
}

/** Fewer failures than this show no limit. */
const MIN_FAILED = 2;
/** What is opened together reaches the target in any order. */
const TOGETHER_MS = 10;

/**
 * Tells whether sessions fail only at a limit of connections of their user: the dose-response that every run makes in passing.
 * Null when one failed while fewer were open than were kept elsewhere.
 */
export function crowdOf(facts: Facts): CrowdFact | null {
  const honest = honestSessions(facts, facts.allSessions);
  const failed = honest.filter((session) => isFailure(session));
  const kept = honest.filter(({ outcome }) => outcome === 'welcomed' || outcome === 'silent');
  if (failed.length < MIN_FAILED) return null;
  const besides = (session: SessionFact, among: readonly SessionFact[], slackMs: number): number =>
    among.filter(
      (other) =>
        other !== session && other.subject === session.subject && isOpenAt(other, session.atMs, slackMs),
    ).length;
  const limit = 1 + Math.max(0, ...kept.map((session) => besides(session, kept, 0)));
  // Those that are opened together can all be too many, so those that failed count as well.
  const fewest = Math.min(...failed.map((session) => besides(session, [...kept, ...failed], TOGETHER_MS)));
  return limit >= 2 && fewest >= limit ? { limit, failed: idsOf(failed) } : null;
}

/** Refused or ended before it was of any use. */
function isFailure(session: SessionFact): boolean {
  if (session.outcome === 'refused') return true;
  return (session.outcome === 'closed' || session.outcome === 'error-frame') && isEndedByTarget(session);
}

/** A connection whose end nobody saw is open to the end. */
function isOpenAt({ atMs, close }: SessionFact, whenMs: number, slackMs: number): boolean {
  return (
    atMs <= whenMs + slackMs && whenMs - slackMs <= atMs + (close?.msSinceOpen ?? Number.POSITIVE_INFINITY)
  );
}
