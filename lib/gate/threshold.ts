import { z } from 'zod';
import { BUDGET_FLOOR_MS } from '../contract/budget.ts';
import { type Metric, METRIC_NAMES, METRIC_UNITS, METRICS } from '../evidence/metric.ts';
import type { RunRecord } from '../evidence/run-record.ts';
import { PERCENTILE_FLOORS } from '../evidence/sample.ts';
import { revisionState } from './revision.ts';

const OPERATORS = ['<', '<=', '==', '>=', '>'] as const;
const STATISTICS = ['worst', 'mean', 'min', 'p50', 'p95', 'p99', 'max'] as const;

/** A limit on what a run measured (design.md §10). */
export const thresholdSchema = z.strictObject({
  metric: z.enum(METRIC_NAMES).describe('A figure that the suites record.'),
  statistic: z
    .enum(STATISTICS)
    .default('worst')
    .describe('Which figure of the values; worst is the one that is nearest to breaking the limit.'),
  operator: z.enum(OPERATORS).describe('How the figure must stand to the limit.'),
  limit: z.number().describe('For time scale 1; milliseconds shrink with the scale of the target.'),
  unit: z.enum(METRIC_UNITS).describe('Must be the unit of the metric.'),
  minSamples: z.int().min(1).describe('With fewer attempts the threshold is undecided: never a pass.'),
});
export type Threshold = z.infer<typeof thresholdSchema>;

/** What became of a threshold in one run; only `held` lets a run pass. */
export type ThresholdState = 'held' | 'exceeded' | 'undecided';

export interface ThresholdOutcome extends Threshold {
  readonly state: ThresholdState;
  /** The limit as it was applied, at the time scale of the run. */
  readonly scaledLimit: number;
  /** The figures that were held to it, in its unit; empty when none may be told. */
  readonly seen: readonly number[];
  /** Attempts that they stand on; null when none may be told. */
  readonly n: number | null;
  /** What kept it from being decided; null otherwise. */
  readonly why: string | null;
  readonly text: string;
}

/** What is wrong with a threshold before any run: it could never be decided, or not mean what it says. */
export function thresholdProblems({ metric, statistic, unit, minSamples }: Threshold): readonly string[] {
  const own = METRICS[metric].unit;
  const floor = floorOf(statistic);
  return [
    ...(unit === own ? [] : [`${metric} is measured in ${own}, got ${unit}`]),
    ...(minSamples >= floor
      ? []
      : [`${statistic} of ${metric} needs minSamples of at least ${floor}, got ${minSamples}`]),
  ];
}

/**
 * Holds the metrics of a record to the thresholds of its policy. A metric that was not recorded, has too few samples, lost
 * some of its attempts or never moved decides nothing, unless what was seen is beyond the limit already.
 */
export function judgeThresholds(
  thresholds: readonly Threshold[],
  record: Pick<RunRecord, 'metrics' | 'timeScale' | 'checks' | 'revision'>,
): readonly ThresholdOutcome[] {
  const isVoid = revisionState(record.revision) === 'mixed';
  return thresholds.map((threshold): ThresholdOutcome => {
    const { metric } = threshold;
    const scaledLimit = limitAt(threshold, record.timeScale);
    const untold = { ...threshold, scaledLimit, seen: [], n: null };
    // A figure of several revisions is one of none: not even its value is told.
    if (isVoid) {
      const why = 'void, several revisions answered during the run';
      return { ...untold, state: 'undecided', why, text: `${metric}: ${why}` };
    }
    const wanted = wantedText(threshold, scaledLimit, record.timeScale);
    const found = record.metrics?.find(({ name }) => name === metric) ?? null;
    if (found === null)
      return { ...untold, state: 'undecided', why: 'no data', text: `${wanted}, got no data` };
    const { state, why, got } = judge(threshold, found, scaledLimit);
    const { n } = found;
    const seen =
      found.unit === threshold.unit ? figuresOf(found, threshold).filter((figure) => figure !== null) : [];
    const outcome = { ...threshold, state, scaledLimit, seen, n, why, text: `${wanted}, got ${got}` };
    const source = record.checks.find(({ id }) => id === METRICS[metric].check);
    // The check looked at what our own event loop did meanwhile: a figure that it did not believe accuses nobody.
    if (outcome.state !== 'exceeded' || source?.verdict !== 'inconclusive') return outcome;
    const doubt = `${source.id} is inconclusive`;
    return { ...outcome, state: 'undecided', why: doubt, text: `${outcome.text}, and ${doubt}` };
  });
}

/** The rule in words, with the limit that was applied. */
function wantedText(threshold: Threshold, scaledLimit: number, timeScale: number): string {
  const { metric, statistic, operator, limit, unit, minSamples } = threshold;
  const scale = scaledLimit === limit ? '' : ` (${limit} at time scale ${timeScale})`;
  return `${metric}: expected ${statistic} ${operator} ${rounded(scaledLimit)} ${unit}${scale} over at least ${minSamples} samples`;
}

function judge(
  threshold: Threshold,
  found: Metric,
  limit: number,
): Pick<ThresholdOutcome, 'state' | 'why'> & { readonly got: string } {
  const { statistic, operator, unit, minSamples } = threshold;
  const undecided = (why: string, got = why): ReturnType<typeof judge> => ({ state: 'undecided', why, got });
  if (found.unit !== unit) return undecided(`a series in ${found.unit}`);
  const figures = figuresOf(found, threshold);
  const seen = figures.filter((figure) => figure !== null);
  const shown = `${seen.map((figure) => rounded(figure)).join(' to ')} ${unit} over ${found.n}`;
  if (found.n >= minSamples && seen.some((figure) => !holds(figure, operator, limit))) {
    return { state: 'exceeded', why: null, got: shown };
  }
  if (found.n < minSamples) return undecided(`${found.n} samples`);
  if (seen.length === 0 || seen.length < figures.length) return undecided(`no ${statistic} of ${found.n}`);
  if (found.missing > 0) {
    const lost = `${found.missing} attempts without a value`;
    return undecided(lost, `${shown}, and ${lost}`);
  }
  if (found.stuck && MOVING_UNITS.includes(unit)) {
    return undecided('STUCK: all the same', `STUCK: ${shown}, all the same`);
  }
  return { state: 'held', why: null, got: shown };
}

/** Units of figures that move by nature: ten equal ones were not measured. */
const MOVING_UNITS: readonly Metric['unit'][] = ['ms', 'MB', 'bytes', 'per second'];

/** The figures that must all hold; null for one that there are too few values for. */
function figuresOf(found: Metric, { statistic, operator }: Threshold): readonly (number | null)[] {
  if (statistic !== 'worst') return [found[statistic]];
  switch (operator) {
    case '<':
    case '<=':
      return [found.max];
    case '>':
    case '>=':
      return [found.min];
    case '==':
      return found.min === found.max ? [found.min] : [found.min, found.max];
  }
}

function holds(figure: number, operator: Threshold['operator'], limit: number): boolean {
  switch (operator) {
    case '<':
      return figure < limit;
    case '<=':
      return figure <= limit;
    case '==':
      return figure === limit;
    case '>=':
      return figure >= limit;
    case '>':
      return figure > limit;
  }
}

/** Durations of a target whose time runs faster are shorter, down to what the noise of a machine explains; rates rise. */
function limitAt({ limit, unit }: Threshold, timeScale: number): number {
  if (timeScale === 1) return limit;
  if (unit === 'ms') return Math.max(limit * timeScale, Math.min(limit, BUDGET_FLOOR_MS));
  return unit === 'per second' ? limit / timeScale : limit;
}

function floorOf(statistic: Threshold['statistic']): number {
  switch (statistic) {
    case 'p50':
      return PERCENTILE_FLOORS[50];
    case 'p95':
      return PERCENTILE_FLOORS[95];
    case 'p99':
      return PERCENTILE_FLOORS[99];
    case 'worst':
    case 'mean':
    case 'min':
    case 'max':
      return 1;
  }
}

function rounded(value: number): string {
  return String(Math.round(value * 1_000) / 1_000);
}
