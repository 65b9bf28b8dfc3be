import { diagnose } from '../lib/diagnosis/diagnose.ts';
import type { Diagnosis } from '../lib/diagnosis/diagnosis.ts';
import { RULE_BOOK } from '../lib/diagnosis/rule-book.ts';
import { type RecordedRun, renamed } from './diagnosis-corpus.ts';
import type { Recording } from './diagnosis-plan.ts';

/** What the diagnosis made of one run. */
export interface Score {
  readonly recording: Recording;
  readonly diagnosis: Diagnosis;
  /** First label; `nothing red` when there was nothing to explain. */
  readonly top: string;
  readonly second: string | null;
  /** `one cause`, and not what is expected. */
  readonly isWronglySure: boolean;
}

/** A single fault, judged three times. */
export interface SingleScore extends Score {
  /** First label once every check and fault has another name. */
  readonly topRenamed: string;
  /** True when the record or its evidence held the name of the fault. */
  readonly isNamed: boolean;
  /** First label once the rule of the expected hypothesis is taken away. */
  readonly topWithoutRule: string;
  readonly withoutRule: Diagnosis;
}

/** Scores a run of one fault: as it is, under other names, and without the rule of its cause. */
export function scoreSingle(run: RecordedRun): SingleScore {
  const { record, evidence, recording } = run;
  const other = renamed(run);
  const held = RULE_BOOK.filter(({ name }) => !recording.expected.includes(name));
  const withoutRule = diagnose(record, evidence, held);
  const score = scored(run);
  return {
    ...score,
    topRenamed: topOf(diagnose(other.run.record, other.run.evidence)),
    isNamed: other.named,
    topWithoutRule: topOf(withoutRule),
    withoutRule,
  };
}

/** A pair of faults; `isHidden` when it shows nothing that one of the two alone does not show. */
export interface PairScore extends Score {
  readonly isHidden: boolean;
  /** Both causes are told, as causes or one under the other. */
  readonly namesBoth: boolean;
}

/** Scores a run of two faults. `alone` has the symptoms of each fault in a run of its own. */
export function scorePair(run: RecordedRun, alone: readonly (readonly string[])[]): PairScore {
  const score = scored(run);
  const told = score.diagnosis.hypotheses.filter(({ role }) => role === 'cause' || role === 'secondary');
  const { symptoms } = score.diagnosis;
  return {
    ...score,
    namesBoth: run.recording.expected.every((one) => told.some(({ hypothesis }) => hypothesis === one)),
    isHidden: alone.some((known) => symptoms.every((symptom) => known.includes(symptom))),
  };
}

function scored({ recording, record, evidence }: RecordedRun): Score {
  const { expected } = recording;
  const diagnosis = diagnose(record, evidence);
  const told = diagnosis.hypotheses.filter(({ role }) => role === 'cause' || role === 'secondary');
  const isRight = expected.every((one) => told.some(({ hypothesis }) => hypothesis === one));
  const top = topOf(diagnosis);
  return {
    recording,
    diagnosis,
    top,
    second: told[1]?.hypothesis ?? null,
    isWronglySure:
      diagnosis.state === 'one cause' && (expected.length > 1 ? !isRight : !expected.includes(top)),
  };
}

function topOf({ state, hypotheses }: Diagnosis): string {
  return state === 'nothing red' ? state : (hypotheses[0]?.hypothesis ?? 'UNKNOWN');
}
