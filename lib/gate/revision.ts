import { sameRevision } from '../contract/revision.ts';
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
