import type { RunRecord } from '../evidence/run-record.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Symptom } from './symptom.ts';

/** What symptoms of a run are compared by: rule, or reason, and the codes that were seen with it. */
export function symptomKeys(symptoms: readonly Symptom[]): readonly string[] {
  const keys = symptoms.map(({ rule, reason, rung, statuses, closeCodes }) => {
    const codes = [...closeCodes, ...statuses.filter((status) => status >= 400)].toSorted((a, b) => a - b);
    // An undecided rung is not the same as another one.
    const what = rule ?? (reason === 'RUNG_UNDECIDED' ? `${reason} ${rung ?? ''}` : reason) ?? '';
    return [what, ...codes].join(' ');
  });
  return [...new Set(keys)].toSorted();
}

/** Earlier runs of the excerpt in which one of the same symptoms was given another cause. */
export function contradictions(
  record: RunRecord,
  symptoms: readonly Symptom[],
  top: string | null,
): Diagnosis['contradicts'] {
  if (top === null) return [];
  const own = symptomKeys(symptoms);
  return (record.history ?? []).flatMap(({ runId, cause, symptoms: theirs }) => {
    const shared = theirs.filter((key) => own.includes(key));
    return shared.length === 0 || cause === top ? [] : [{ runId, hypothesis: cause, symptoms: shared }];
  });
}
