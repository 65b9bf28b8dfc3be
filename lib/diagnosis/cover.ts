import type { Assessment } from './assessment.ts';
import type { Symptom } from './symptom.ts';

/** Part of an explanation of a run: a cause, or what a cause brought about. */
export interface Part {
  readonly assessment: Assessment;
  readonly role: 'cause' | 'secondary';
  /** The cause that it hangs under; null for a cause. */
  readonly under: string | null;
  /** Symptoms that it accounts for and nothing before it did. */
  readonly symptoms: readonly Symptom[];
}

/** The fewest hypotheses that account for what went wrong, and what is left. */
export interface Cover {
  readonly parts: readonly Part[];
  readonly unexplained: readonly Symptom[];
  /** True when a rival accounts for the same symptoms about as well. */
  readonly contested: boolean;
}

/** Below it a hypothesis is a guess, not a cause. */
const MIN_SCORE = 0.5;
/** Two scores nearer than this decide nothing. */
const MARGIN = 0.05;

/** Takes the strongest living hypothesis, then the strongest for what it leaves, until nothing more is accounted for. */
export function coverSymptoms(assessments: readonly Assessment[], symptoms: readonly Symptom[]): Cover {
  const living = assessments
    .filter(({ state, score }) => state === 'alive' && score >= MIN_SCORE)
    .toSorted(byStrength);
  const left = new Set(symptoms);
  const parts: Part[] = [];
  let contested = false;
  for (const assessment of causesFirst(living)) {
    const own = assessment.explained.filter((symptom) => left.has(symptom));
    // What only probes met, such as a breaker that the refusals opened, is told too: as a consequence, never as a cause.
    const isSilent = assessment.explained.length === 0;
    const parent = parts.find(
      (part) =>
        part.role === 'cause' &&
        // What it does not account for is no doubtful observation of it: that has a cause of its own.
        ((part.assessment.outranks && !isSilent && own.length === 0) ||
          part.assessment.hypothesis.brings.includes(assessment.hypothesis.name)),
    );
    if (parent !== undefined) {
      parts.push({ assessment, role: 'secondary', under: parent.assessment.hypothesis.name, symptoms: own });
    } else if (own.length > 0) {
      parts.push({ assessment, role: 'cause', under: null, symptoms: own });
    } else if (
      parts.some((part) => part.assessment.score - assessment.score < MARGIN && overlaps(part, assessment))
    ) {
      contested = true;
    }
    for (const symptom of own) left.delete(symptom);
  }
  const rivals = assessments.filter(({ state, score }) => state === 'open' && score > 0);
  contested ||= parts.some((part) =>
    rivals.some((rival) => overlaps(part, rival) && sharesQuestion(part, rival)),
  );
  return { parts, unexplained: [...left], contested };
}

/** What brings something about is told before it, however strong that is. */
function causesFirst(living: readonly Assessment[]): readonly Assessment[] {
  const ordered: Assessment[] = [];
  const place = (one: Assessment): void => {
    if (ordered.includes(one)) return;
    const bringers = living.filter(
      (other) => other.hypothesis.brings.includes(one.hypothesis.name) && !ordered.includes(other),
    );
    for (const bringer of bringers) place(bringer);
    if (!ordered.includes(one)) ordered.push(one);
  };
  for (const one of living) place(one);
  return ordered;
}

function byStrength(a: Assessment, b: Assessment): number {
  return (
    Number(a.explained.length === 0) - Number(b.explained.length === 0) ||
    Number(b.outranks) - Number(a.outranks) ||
    b.score - a.score ||
    b.explained.length - a.explained.length
  );
}

/** True when one unasked observation would prove the rival and rule the part out. */
function sharesQuestion({ assessment }: Part, rival: Assessment): boolean {
  const unasked = (one: Assessment, kind: 'must' | 'never'): readonly unknown[] =>
    one.findings.flatMap(({ prediction, sighting }) =>
      prediction.kind === kind && sighting.state === 'not-asked' && prediction.probe !== undefined
        ? [prediction.probe]
        : [],
    );
  const proving = unasked(rival, 'must');
  return unasked(assessment, 'never').some((probe) => proving.includes(probe));
}

function overlaps({ symptoms }: Part, { explained }: Assessment): boolean {
  return symptoms.some((symptom) => explained.includes(symptom));
}
