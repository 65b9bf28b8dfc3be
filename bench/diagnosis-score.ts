import { diagnose } from '../lib/diagnosis/diagnose.ts';
import type { Diagnosis } from '../lib/diagnosis/diagnosis.ts';
import { RULE_BOOK } from '../lib/diagnosis/rule-book.ts';
import { type RecordedRun, renamed } from './diagnosis-corpus.ts';

/** What the diagnosis made of one run. */
export interface Score {
  readonly run: RecordedRun;
  readonly expected: readonly string[];
  readonly diagnosis: Diagnosis;
  readonly top: string;
  readonly second: string | null;
  /** `one cause`, and not the expected one. */
  readonly isWronglySure: boolean;
  readonly isSameRenamed: boolean;
  /** Top label once the rule of the expected hypothesis is taken away. */
  readonly withoutRule: string;
}

/** Scores a run of one fault; null when nothing was red. */
export function scoreSingle(run: RecordedRun, expected: string): Score | null {
  const diagnosis = diagnose(run.record, run.evidence);
  if (diagnosis.state === 'nothing red') return null;
  const other = renamed(run);
  const labels = (one: Diagnosis): string =>
    one.hypotheses.map(({ hypothesis, role }) => `${hypothesis} ${role}`).join();
  const without = diagnose(
    run.record,
    run.evidence,
    RULE_BOOK.filter(({ name }) => name !== expected),
  );
  return {
    ...scored(run, [expected], diagnosis),
    isSameRenamed: labels(diagnose(other.record, other.evidence)) === labels(diagnosis),
    withoutRule: without.hypotheses[0]?.hypothesis ?? 'UNKNOWN',
  };
}

/**
 * Scores a run of two faults that have different hypotheses; null when one hides the other, which is so when the run
 * shows nothing that a run of either alone does not show.
 */
export function scorePair(
  run: RecordedRun,
  expected: readonly string[],
  alone: readonly (readonly string[])[],
): Score | null {
  const diagnosis = diagnose(run.record, run.evidence);
  const hidden = alone.some((symptoms) => diagnosis.symptoms.every((symptom) => symptoms.includes(symptom)));
  if (diagnosis.state === 'nothing red' || hidden) return null;
  return { ...scored(run, expected, diagnosis), isSameRenamed: true, withoutRule: 'UNKNOWN' };
}

function scored(
  run: RecordedRun,
  expected: readonly string[],
  diagnosis: Diagnosis,
): Omit<Score, 'isSameRenamed' | 'withoutRule'> {
  const told = diagnosis.hypotheses.filter(({ role }) => role === 'cause' || role === 'secondary');
  const top = diagnosis.hypotheses[0]?.hypothesis ?? 'UNKNOWN';
  const isSure = diagnosis.state === 'one cause';
  const isWronglySure =
    expected.length > 1
      ? isSure && !expected.every((one) => told.some(({ hypothesis }) => hypothesis === one))
      : isSure && !expected.includes(top);
  return { run, expected, diagnosis, top, second: told[1]?.hypothesis ?? null, isWronglySure };
}
