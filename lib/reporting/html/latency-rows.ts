import type { MetricComparison } from '../../evidence/baseline.ts';
import type { Evidence } from '../../evidence/evidence.ts';
import type { RunRecord } from '../../evidence/run-record.ts';
import { median, nameOfPercentile, percentile } from '../../evidence/sample.ts';
import type { LatencyRow, Tone } from '../page/page-data.ts';

/** Values of one sample that the page holds, evenly taken from all. */
const MAX_VALUES = 500;

/** Every sample of a run with its distribution, and the baseline's figures where the record has them. */
export function latencyRows(record: RunRecord, evidence: readonly Evidence[]): readonly LatencyRow[] {
  const compared = record.baseline?.kind === 'compared' ? record.baseline.metrics : [];
  return evidence.flatMap(({ id, check, body }): LatencyRow[] => {
    if (body.kind !== 'sample') return [];
    const before = compared.find((metric) => metric.check === check && metric.name === body.name);
    const high = percentile(body.values, 95);
    const sorted = body.values.toSorted((left, right) => left - right);
    const step = Math.max(1, sorted.length / MAX_VALUES);
    const count = Math.min(sorted.length, MAX_VALUES);
    return [
      {
        name: body.name,
        check,
        unit: body.unit,
        of: body.of,
        evidence: id,
        values: Array.from({ length: count }, (_, at) => rounded(sorted[Math.floor(at * step)] ?? 0)),
        missing: body.missing,
        median: median(body.values),
        high: { name: nameOfPercentile(high), value: high.kind === 'none' ? null : high.value },
        baseline: before === undefined ? null : baselineOf(before),
      },
    ];
  });
}

function baselineOf({ standing, n, medians, shift, delta, p }: MetricComparison): LatencyRow['baseline'] {
  const tone: Tone =
    standing === 'worse' ? 'bad' : standing === 'better' || standing === 'same' ? 'good' : 'unknown';
  return { word: { text: standing, tone }, n: n[0], median: medians[0], shift, delta, p };
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
