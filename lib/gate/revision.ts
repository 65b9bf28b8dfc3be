import { isRevision, sameRevision } from '../contract/revision.ts';
import { STALE_MS } from '../evidence/metric.ts';
import type { RunRecord } from '../evidence/run-record.ts';
import { assertNever } from '../foundation/errors.ts';
import { printableLine } from '../foundation/printable.ts';
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
  const isAccepted = revision.policy === 'unproven-accepted';
  if (only === undefined || only === null) return isAccepted ? 'unproven-accepted' : 'hidden';
  // A page or a placeholder in place of a revision is not another revision: nothing is known of what is deployed.
  if (!isRevision(only)) return isAccepted ? 'unproven-accepted' : 'unreadable';
  if (revision.expected === null) return isAccepted ? 'unproven-accepted' : 'hidden';
  return sameRevision(only, revision.expected) ? 'proven' : 'mismatch';
}

/** Longest part of what a target calls its revision that is shown. */
const MAX_SHOWN = 40;

/** A state of the revision in words, with what the target said where that is the trouble. */
export function revisionText(state: RevisionState, { expected, readings }: RunRecord['revision']): string {
  switch (state) {
    case 'unreadable':
      return `what the target says is no revision: ${JSON.stringify(printableLine(readings[0]?.revision ?? '').slice(0, MAX_SHOWN))}; expected ${expected ?? 'letters, digits, dots, hyphens, underscores'}`;
    case 'hidden':
      return expected === null && (readings[0]?.revision ?? null) !== null
        ? 'hidden: none was expected (--expect-revision)'
        : state;
    case 'proven':
    case 'mismatch':
    case 'mixed':
    case 'unproven-accepted':
    case 'not read':
      return state;
    default:
      return assertNever(state);
  }
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
