import { sameRevision } from '../contract/revision.ts';
import { STALE_MS } from '../evidence/metric.ts';
import type { RunRecord } from '../evidence/run-record.ts';
import type { RevisionState } from './decision.ts';

/**
 * Says what the readings of a run prove about the deployed revision (design.md §13.4).
 * Two different answers in one run void it; a hidden one beside a known one is a different answer too.
 */
export function revisionState(revision: RunRecord['revision']): RevisionState {
  const seen = new Set(revision.readings.map((reading) => reading.revision));
  if (seen.size === 0) return 'not read';
  if (seen.size > 1) return 'mixed';
  const [only] = seen;
  if (only === undefined || only === null) {
    return revision.policy === 'unproven-accepted' ? 'unproven-accepted' : 'hidden';
  }
  if (revision.expected === null)
    return revision.policy === 'unproven-accepted' ? 'unproven-accepted' : 'hidden';
  return sameRevision(only, revision.expected) ? 'proven' : 'mismatch';
}

/**
 * True when a reading was made after the last check had ended: a revision that was proven at the start may have been
 * replaced since. Two writers of one run may differ by a second.
 */
export function isReadAtEnd({ checks, revision }: RunRecord): boolean {
  const ends = checks.flatMap(({ attempts }) =>
    attempts.map(({ startedAtMs, durationMs }) => startedAtMs + durationMs),
  );
  const lastMs = Math.max(...revision.readings.map(({ lastAtMs }) => lastAtMs));
  return ends.every((endMs) => lastMs >= endMs - STALE_MS);
}
