import type { MetricComparison } from '../../evidence/baseline.ts';
import type { Evidence } from '../../evidence/evidence.ts';
import type { RunRecord } from '../../evidence/run-record.ts';
import { evenlyTaken, median, nameOfPercentile, percentile } from '../../evidence/sample.ts';
import type { LatencyRow, Tone } from '../page/page-data.ts';

/** Values of one sample that the page holds, evenly taken from all. */
const MAX_VALUES = 500;

/** Every sample of a run with its distribution, and the baseline's figures where the record has them. */
export function latencyRows(record: RunRecord, evidence: readonly Evidence[]): readonly LatencyRow[] {
  const compared = record.baseline?.kind === 'compared' ? record.baseline.metrics : [];
  return evidence.flatMap(({ id, check, body }): LatencyRow[] => {
    if (body.kind !== 'sample') return [];
    const before = compared.find(
      (metric) => metric.check === check && metric.name === body.name && metric.unit === body.unit,
    );
    const high = percentile(body.values, 95);
    return [
      {
        name: body.name,
        check,
        unit: body.unit,
        of: body.of,
        evidence: id,
        values: evenlyTaken(body.values, MAX_VALUES).map(rounded),
        n: body.values.length,
        missing: body.missing,
        median: median(body.values),
        high: { name: nameOfPercentile(high), value: high.kind === 'none' ? null : high.value },
        baseline: before === undefined ? null : baselineOf(before),
      },
    ];
  });
}

function baselineOf({
  standing,
  n,
  medians,
  shift,
  delta,
  p,
  before,
}: MetricComparison): LatencyRow['baseline'] {
  const tone: Tone =
    standing === 'worse' ? 'bad' : standing === 'better' || standing === 'same' ? 'good' : 'unknown';
  return {
    word: { text: standing, tone },
    n: n[0],
    median: medians[0],
    shift,
    delta,
    p,
    values: before ?? [],
  };
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
