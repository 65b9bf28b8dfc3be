import type { Assessment, Finding } from './assessment.ts';

/** The observation that separates a hypothesis from its runner-up, as an instruction. */
export function nextStep(own: Assessment, all: readonly Assessment[]): string {
  const { name } = own.hypothesis;
  if (name === 'UNKNOWN') return unknownStep(all);
  const rival = all
    .filter(
      (other) =>
        other !== own &&
        other.state !== 'out' &&
        other.explained.some((symptom) => own.explained.includes(symptom)),
    )
    .toSorted((a, b) => b.score - a.score)[0];
  if (own.state === 'open') {
    const missing = undecided(own);
    if (missing !== undefined) return `See whether ${missing.prediction.text}: if not, it is not ${name}.`;
  }
  if (rival === undefined) {
    const missing = undecided(own);
    return missing === undefined
      ? 'Nothing else explains these checks: apply the remedy and run again; they must be green then.'
      : `Nothing else explains these checks; to be sure, see whether ${missing.prediction.text}.`;
  }
  const separating = undecided(rival) ?? undecided(own);
  const names = `${name} from ${rival.hypothesis.name}`;
  return separating === undefined
    ? `All was asked that separates ${names}: apply the remedy of ${name} first and run again.`
    : `To tell ${names}, see whether ${separating.prediction.text}.`;
}

function undecided({ findings }: Assessment): Finding | undefined {
  const open = findings.filter(
    ({ prediction, sighting }) =>
      sighting.state === 'not-asked' && (prediction.kind === 'must' || prediction.probe !== undefined),
  );
  return (
    open.find(({ prediction }) => prediction.kind === 'must') ??
    open.find(({ prediction }) => prediction.kind === 'never')
  );
}

function unknownStep(all: readonly Assessment[]): string {
  const best = all
    .filter(({ state, explained }) => state === 'open' && explained.length > 0)
    // What would explain anything is the last thing to look for.
    .toSorted((a, b) => Number(a.outranks) - Number(b.outranks) || b.score - a.score)[0];
  const missing = best === undefined ? undefined : undecided(best);
  return best === undefined || missing === undefined
    ? 'Read the records of these checks in evidence.ndjson, and add a rule when the cause is found.'
    : `See whether ${missing.prediction.text}: then it is ${best.hypothesis.name}.`;
}
