import type { ProbeName } from '../evidence/probe-name.ts';
import type { Facts } from './facts.ts';
import { matchesRule } from './facts.ts';
import type { Hypothesis, Prediction } from './hypothesis.ts';
import { type Sighting, whether } from './sighting.ts';

type Sees = (facts: Facts) => Sighting;

function prediction(
  kind: Prediction['kind'],
  text: string,
  weight: number,
  sees: Sees,
  probe?: ProbeName,
): Prediction {
  return { kind, text, weight, sees, ...(probe === undefined ? {} : { probe }) };
}

/** Without it the hypothesis is out. Default weight 0.7. */
export function must(text: string, sees: Sees, probe?: ProbeName, weight = 0.7): Prediction {
  return prediction('must', text, weight, sees, probe);
}

/** Speaks for the hypothesis when seen, against it when its opposite was. Default weight 0.4. */
export function should(text: string, sees: Sees, probe?: ProbeName, weight = 0.4): Prediction {
  return prediction('should', text, weight, sees, probe);
}

/** Seen, the hypothesis is out. */
export function never(text: string, sees: Sees, probe?: ProbeName): Prediction {
  return prediction('never', text, 1, sees, probe);
}

/** Seen, it speaks against the hypothesis. Default weight 0.4. */
export function hardly(text: string, sees: Sees, probe?: ProbeName, weight = 0.4): Prediction {
  return prediction('hardly', text, weight, sees, probe);
}

/** True sighting of broken rules; a name that ends in `-` takes a family. */
export function brokenRule(...rules: readonly string[]): Sees {
  return (facts) => whether(facts.broken(...rules));
}

/** Accounts for symptoms by these rules, and for nothing else. */
export function explainsRules(...rules: readonly string[]): Hypothesis['explains'] {
  return ({ rule }) => rule !== null && matchesRule(rule, rules);
}
