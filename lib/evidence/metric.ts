import { z } from 'zod';
import type { Evidence, Measure } from './evidence.ts';
import { isStuck, mean, percentile, type PercentileRank } from './sample.ts';

interface MetricSource {
  readonly unit: Measure['unit'];
  /** The one check whose values count; null for what the ladder measures. Others may record the same series again. */
  readonly check: string | null;
}

/** Figures of the target that a policy may set a threshold on, by the name under which they are recorded. */
export const METRICS = {
  'readiness answer': { unit: 'ms', check: null },
  'connection success': { unit: 'ratio', check: 'PERF-01' },
  'close code 1011': { unit: 'count', check: 'PERF-02' },
  'opening handshake': { unit: 'ms', check: 'PERF-03' },
  welcome: { unit: 'ms', check: 'PERF-04' },
  'first connect': { unit: 'ms', check: 'PERF-05' },
  'second connect': { unit: 'ms', check: 'PERF-05' },
  'first event': { unit: 'ms', check: 'PERF-06' },
  'gap between events': { unit: 'ms', check: 'PERF-07' },
  'whole turn': { unit: 'ms', check: 'PERF-08' },
  'GET /api/mcp/servers': { unit: 'ms', check: 'PERF-10' },
  'GET /api/discovery/services': { unit: 'ms', check: 'PERF-11' },
  'GET /api/threads': { unit: 'ms', check: 'PERF-12' },
  'create a thread': { unit: 'ms', check: 'PERF-13' },
  'batch of 10 messages': { unit: 'ms', check: 'PERF-14' },
  'store a message': { unit: 'ms', check: 'PERF-15' },
  'read the messages of a thread': { unit: 'ms', check: 'PERF-16' },
  'turns a second, one user': { unit: 'per second', check: 'PERF-17' },
  'turns a second, 10 users': { unit: 'per second', check: 'PERF-17' },
  'memory of the target': { unit: 'MB', check: 'PERF-18' },
  'growth of the memory of the target': { unit: 'bytes', check: 'PERF-18' },
  'open connections': { unit: 'count', check: 'PERF-19' },
  'GET /health of the auth service': { unit: 'ms', check: 'PERF-20' },
  'first event after a late connect': { unit: 'ms', check: 'REG-10' },
  reconnect: { unit: 'ms', check: 'RES-01' },
  'breaker recovery': { unit: 'ms', check: 'BRK-01' },
} as const satisfies Readonly<Record<string, MetricSource>>;

export type MetricName = keyof typeof METRICS;
export const METRIC_NAMES = Object.keys(METRICS).filter(isMetric);

/** True for a name of the catalogue, not for one that every object inherits. */
function isMetric(name: string): name is MetricName {
  return Object.hasOwn(METRICS, name);
}

/** Units in which metrics are recorded. */
export const METRIC_UNITS = ['ms', 'bytes', 'count', 'ratio', 'days', 'MB', 'per second'] as const;

/** What a run measured under one name; a figure that there is no value for is null, never zero. */
export const metricSchema = z.strictObject({
  name: z.string(),
  unit: z.enum(METRIC_UNITS),
  /** Attempts that the figures stand on. */
  n: z.int().min(0),
  /** Attempts that gave no value. */
  missing: z.int().min(0),
  min: z.number().nullable(),
  max: z.number().nullable(),
  mean: z.number().nullable(),
  /** Null below the sample floor of the percentile (requirements.md R-23). */
  p50: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
  /** Ten values or more, all the same. */
  stuck: z.boolean(),
  /** Ledger records that hold the values. */
  evidence: z.array(z.string()),
});
export type Metric = z.infer<typeof metricSchema>;

/** How far the clocks of two writers of one run may differ, in milliseconds: what is older than that is of another run. */
export const STALE_MS = 1_000;

/** Sums up every metric of the catalogue that this run recorded, in the order of the catalogue. */
export function metricsOf(evidence: readonly Evidence[]): Metric[] {
  const found = new Map<MetricName, { n: number; missing: number; values: number[]; evidence: string[] }>();
  for (const { id, check, atMs, body } of evidence) {
    if (atMs < -STALE_MS) continue;
    if ((body.kind !== 'sample' && body.kind !== 'measure') || body.of !== 'target') continue;
    if (!isMetric(body.name)) continue;
    const source: MetricSource = METRICS[body.name];
    if (source.check !== check || source.unit !== body.unit) continue;
    const series = found.get(body.name) ?? { n: 0, missing: 0, values: [], evidence: [] };
    const values = body.kind === 'sample' ? body.values : [body.value];
    series.values.push(...values);
    series.n += body.kind === 'sample' ? values.length : (body.n ?? 1);
    series.missing += body.kind === 'sample' ? body.missing : 0;
    series.evidence.push(id);
    found.set(body.name, series);
  }
  return METRIC_NAMES.flatMap((name) => {
    const series = found.get(name);
    if (series === undefined) return [];
    const { n, missing, values } = series;
    const ranked = (rank: PercentileRank): number | null => {
      const figure = percentile(values, rank);
      return figure.kind === 'percentile' ? figure.value : null;
    };
    return [
      {
        name,
        unit: METRICS[name].unit,
        n,
        missing,
        min: values.length === 0 ? null : Math.min(...values),
        max: values.length === 0 ? null : Math.max(...values),
        mean: mean(values),
        p50: ranked(50),
        p95: ranked(95),
        p99: ranked(99),
        stuck: isStuck(values),
        evidence: series.evidence,
      },
    ];
  });
}
