import type { Facts } from './facts.ts';
import type { Hypothesis, Prediction } from './hypothesis.ts';
import type { Sighting } from './sighting.ts';
import type { Symptom } from './symptom.ts';

/** One prediction and what the evidence says of it. */
export interface Finding {
  readonly prediction: Prediction;
  readonly sighting: Sighting;
  readonly speaks: 'for' | 'against' | 'not asked' | 'nothing';
}

/** A hypothesis held against the facts. `open`: not contradicted, and something it must show was never asked. */
export interface Assessment {
  readonly hypothesis: Hypothesis;
  readonly state: 'alive' | 'open' | 'out';
  /** In [0, 1], two decimals. */
  readonly score: number;
  readonly findings: readonly Finding[];
  readonly explained: readonly Symptom[];
  /** True when it makes every other observation of this run doubtful. */
  readonly outranks: boolean;
}

/** What an unproven hypothesis is worth of a proven one. */
const OPEN_SHARE = 0.5;

/** Holds one hypothesis against the facts; one hard contradiction puts it out, whatever speaks for it. */
export function assess(hypothesis: Hypothesis, facts: Facts): Assessment {
  const findings = hypothesis.predictions.map((prediction) => find(prediction, facts));
  const isOut = findings.some(({ prediction: { kind }, speaks }) => isHard(kind) && speaks === 'against');
  const isOpen = findings.some(({ prediction: { kind }, speaks }) => kind === 'must' && speaks !== 'for');
  const supported = (speaks: Finding['speaks']): number =>
    findings
      .filter((finding) => finding.speaks === speaks)
      .reduce((doubt, { prediction }) => doubt * (1 - prediction.weight), 1);
  const belief = (1 - supported('for')) * supported('against') * (isOpen ? OPEN_SHARE : 1);
  return {
    hypothesis,
    state: isOut ? 'out' : isOpen ? 'open' : 'alive',
    score: isOut ? 0 : Math.round(belief * 100) / 100,
    findings,
    explained: facts.symptoms.filter((symptom) => hypothesis.explains(symptom, facts)),
    outranks: hypothesis.outranks || (hypothesis.outranksWhen?.(facts) ?? false),
  };
}

function isHard(kind: Prediction['kind']): boolean {
  return kind === 'must' || kind === 'never';
}

function find(prediction: Prediction, facts: Facts): Finding {
  const sighting = prediction.sees(facts);
  const wanted = prediction.kind === 'must' || prediction.kind === 'should';
  switch (sighting.state) {
    case 'seen':
      return { prediction, sighting, speaks: wanted ? 'for' : 'against' };
    case 'opposite':
      return { prediction, sighting, speaks: wanted ? 'against' : 'nothing' };
    case 'not-asked':
      return { prediction, sighting, speaks: wanted ? 'not asked' : 'nothing' };
  }
}
