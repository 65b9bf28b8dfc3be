import { contentHash } from '../foundation/canonical-json.ts';
import type { CheckResult } from './check-result.ts';
import type { Evidence } from './evidence.ts';
import { evidenceSummary } from './evidence-line.ts';
import { metricsOf } from './metric.ts';
import { type Observation, observationsOf } from './observation.ts';
import type { RunRecord } from './run-record.ts';
import { seenBehaviours } from './seen-behaviour.ts';

/** References of an attempt are all there up to so many: of more, the first and last hundred are kept. */
const ALL_REFS = 200;

/**
 * What a record says that its evidence does not: its count by kind, its figures, and what each pass has seen. Empty for a run
 * whose record was made from this evidence; a record that was changed alone is found, whatever its decision says.
 */
export function unsupportedClaims(record: RunRecord, evidence: readonly Evidence[]): readonly string[] {
  const problems: string[] = [];
  const { kinds } = evidenceSummary(evidence, record.evidence.rootHash);
  if (contentHash(kinds) !== contentHash(record.evidence.kinds)) {
    problems.push('the kinds of evidence are others than evidence.ndjson holds');
  }
  if (record.metrics !== undefined && contentHash(record.metrics) !== contentHash(metricsOf(evidence))) {
    problems.push('the figures are others than evidence.ndjson gives');
  }
  const { fingerprint } = record.revision;
  // The shards of a merged run on embedded backends had an address each, and the record of the whole keeps one.
  const isOfOneTarget = record.merge === null || !record.target.embedded;
  if (
    fingerprint !== undefined &&
    isOfOneTarget &&
    contentHash(fingerprint.seen) !== contentHash(seenBehaviours(evidence, record.target))
  ) {
    problems.push('the behaviours are others than evidence.ndjson shows');
  }
  const byId = new Map(evidence.map((one) => [one.id, one]));
  for (const { id, attempts } of record.checks) {
    const without = attempts.some(
      (attempt) =>
        (attempt.verdict === 'passed' || attempt.verdict === 'flaky') && !isBorneOut(attempt, byId),
    );
    if (without) problems.push(`${id} passed by what evidence.ndjson does not show`);
  }
  return problems;
}

function isBorneOut({ evidence }: CheckResult, byId: ReadonlyMap<string, Evidence>): boolean {
  const records = evidence.refs.map((id) => byId.get(id));
  if (records.includes(undefined)) return false;
  if (evidence.refs.length >= ALL_REFS) return true;
  const counts = new Map<Observation, number>();
  for (const one of records) {
    for (const observation of one === undefined ? [] : observationsOf(one.body)) {
      counts.set(observation, (counts.get(observation) ?? 0) + 1);
    }
  }
  return evidence.observed.every(({ observation, observed }) => (counts.get(observation) ?? 0) === observed);
}
