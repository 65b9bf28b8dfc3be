import { isRevision, sameRevision } from '../contract/revision.ts';
import { PROBED_BEHAVIOURS } from '../contract/behaviour.ts';
import { judgeFingerprint } from '../evidence/fingerprint-judgement.ts';
import { STALE_MS } from '../evidence/metric.ts';
import type { RunRecord } from '../evidence/run-record.ts';
import { assertNever } from '../foundation/errors.ts';
import { printableLine } from '../foundation/printable.ts';
import type { Decision, RevisionState } from './decision.ts';

/**
 * Says what the readings of a run prove about the deployed revision (design.md §13.4).
 * Two different answers in one run void it; a hidden one beside a known one is a different answer too.
 */
export function revisionState(revision: RunRecord['revision']): RevisionState {
  const told = toldState(revision);
  const { policy, fingerprint } = revision;
  if (policy !== 'fingerprint' || fingerprint === undefined) return told;
  // A revision that is told is held to what was expected; one that is not told leaves the answer to the behaviours.
  if (told === 'mixed' || told === 'mismatch') return told;
  const { state } = judgeFingerprint(fingerprint);
  switch (state) {
    case 'agrees':
      return told === 'proven' ? told : 'generation-proven';
    case 'differs':
      return 'mismatch';
    case 'mixed':
      return 'mixed';
    case 'undecided':
      return 'generation-undecided';
    default:
      return assertNever(state);
  }
}

function toldState(revision: RunRecord['revision']): RevisionState {
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

/** What the behaviours say, for `decision.json`; nothing under a policy that does not judge by them. */
export function fingerprintSummary({
  policy,
  fingerprint,
}: RunRecord['revision']): Pick<Decision['revision'], 'fingerprint'> {
  if (policy !== 'fingerprint' || fingerprint === undefined) return {};
  const { rows: _rows, ...summary } = judgeFingerprint(fingerprint);
  return { fingerprint: summary };
}

/** Longest part of what a target calls its revision that is shown. */
const MAX_SHOWN = 40;

/** A state of the revision in words, with what the target said where that is the trouble. */
export function revisionText(state: RevisionState, revision: RunRecord['revision']): string {
  const { expected, readings, fingerprint } = revision;
  const byBehaviour = fingerprint === undefined ? null : judgeFingerprint(fingerprint);
  switch (state) {
    case 'unreadable':
      if (severalInOne(revision) !== null) return `${state}: ${severalInOne(revision) ?? ''}`;
      return `what the target says is no revision: ${JSON.stringify(printableLine(readings[0]?.revision ?? '').slice(0, MAX_SHOWN))}; expected ${expected ?? 'letters, digits, dots, hyphens, underscores'}`;
    case 'hidden':
      return expected === null && (readings[0]?.revision ?? null) !== null
        ? 'hidden: none was expected (--expect-revision)'
        : state;
    case 'mismatch':
    case 'mixed':
      if (severalInOne(revision) !== null) return `${state}: ${severalInOne(revision) ?? ''}`;
      // Readings that say it themselves need no behaviours.
      return byBehaviour === null || toldState(revision) === state ? state : `${state}: ${byBehaviour.text}`;
    case 'generation-proven':
    case 'generation-undecided':
      return byBehaviour?.text ?? state;
    case 'proven':
    case 'unproven-accepted':
    case 'not read':
      return state;
    default:
      return assertNever(state);
  }
}

/** Says which reading names several revisions at once, as where two hops each add their own; null when none does. */
function severalInOne({ readings }: RunRecord['revision']): string | null {
  for (const { revision, source } of readings) {
    const named = (revision ?? '').split(',').map((part) => part.trim());
    if (named.length < 2 || !named.every((part) => isRevision(part))) continue;
    const shown = named.map((part) => part.slice(0, MAX_SHOWN)).join(' and ');
    return `one answer names different revisions, ${printableLine(shown)} (${source})`;
  }
  return null;
}

/**
 * True when a reading was made after the last check had ended: a revision that was proven at the start may have been
 * replaced since. Two writers of one run may differ by a second. Behaviours are read again too, where they were judged.
 */
export function isReadAtEnd({ checks, revision }: RunRecord): boolean {
  const ends = checks.flatMap(({ attempts }) =>
    attempts.map(({ startedAtMs, durationMs }) => startedAtMs + durationMs),
  );
  const isAfterAll = (lastMs: number): boolean => ends.every((endMs) => lastMs >= endMs - STALE_MS);
  const state = revisionState(revision);
  const again = (revision.fingerprint?.seen ?? []).filter(({ behaviour }) =>
    PROBED_BEHAVIOURS.includes(behaviour),
  );
  const areBehavioursRead = again.every(({ lastAtMs }) => isAfterAll(lastAtMs));
  if (state === 'generation-proven') return areBehavioursRead;
  return (
    isAfterAll(Math.max(...revision.readings.map(({ lastAtMs }) => lastAtMs))) &&
    (revision.policy !== 'fingerprint' || areBehavioursRead)
  );
}
