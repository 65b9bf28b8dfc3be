import type { RecordedCheck, RunRecord } from '../evidence/run-record.ts';
import type { Owner } from '../evidence/verdict.ts';

/** What must come true, or stay known, for a conditional release; its command asks again. */
export interface Condition {
  readonly check: string | null;
  readonly text: string;
  readonly owner: Owner;
  /** Last day on which it may be carried, UTC; null when it has none. */
  readonly expires: string | null;
  readonly issue: string | null;
  /** Re-checks this one condition. */
  readonly command: string;
}

/** The command that asks one check again on the same environment, or the whole run when no check can tell. */
export function recheckCommand(record: RunRecord, check: Pick<RecordedCheck, 'id'> | null): string {
  const { environment } = record.target;
  const words = environment === 'local' ? [] : ['--env', environment];
  const { expected } = record.revision;
  if (environment !== 'local' && expected !== null) words.push('--expect-revision', expected);
  if (check !== null) words.push('--check', check.id);
  return words.length === 0 ? 'npm test' : `npm test -- ${words.join(' ')}`;
}
