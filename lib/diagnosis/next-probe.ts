import type { Evidence } from '../evidence/evidence.ts';
import { type ProbeName, PROBES } from '../evidence/probe-name.ts';
import type { RunRecord } from '../evidence/run-record.ts';
import { assess, type Assessment } from './assessment.ts';
import { coverSymptoms } from './cover.ts';
import { deriveFacts } from './facts.ts';
import { RULE_BOOK } from './rule-book.ts';

/**
 * The observation that decides most between the hypotheses that are still possible; null once nothing is left to
 * separate, which includes a run without a red. Pure: it is asked again after each answer.
 */
export function nextProbe(
  record: RunRecord,
  evidence: readonly Evidence[],
  made: ReadonlySet<ProbeName>,
): ProbeName | null {
  const facts = deriveFacts(record, evidence);
  if (facts.symptoms.length === 0) return null;
  const assessments = RULE_BOOK.map((rule) => assess(rule, facts));
  const cover = coverSymptoms(assessments, facts.symptoms);
  if (cover.parts.some(({ assessment }) => assessment.outranks)) return null;
  const votes = new Map<ProbeName, number>();
  for (const assessment of assessments) {
    if (assessment.state === 'out' || assessment.explained.length === 0) continue;
    for (const { prediction, sighting } of assessment.findings) {
      const { probe } = prediction;
      if (probe === undefined || made.has(probe) || sighting.state !== 'not-asked') continue;
      if (!wouldDecide(assessment, prediction.kind)) continue;
      votes.set(probe, (votes.get(probe) ?? 0) + prediction.weight * assessment.explained.length);
    }
  }
  return (
    PROBES.filter((probe) => votes.has(probe)).toSorted(
      (a, b) => (votes.get(b) ?? 0) - (votes.get(a) ?? 0) || PROBES.indexOf(a) - PROBES.indexOf(b),
    )[0] ?? null
  );
}

/** A `must` of what is possible can make it a cause; what rules a cause out can unmake it. The rest is colour. */
function wouldDecide(
  { state }: Assessment,
  kind: Assessment['findings'][number]['prediction']['kind'],
): boolean {
  return state === 'open' ? kind === 'must' : kind === 'never' || kind === 'hardly';
}
