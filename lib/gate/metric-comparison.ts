import type { MetricComparison, MetricStanding } from '../evidence/baseline.ts';
import type { Evidence, Sample } from '../evidence/evidence.ts';
import { compareRanks } from '../evidence/rank-test.ts';
import { evenlyTaken, isStuck, median } from '../evidence/sample.ts';

/** Values that each side needs before two series are compared. */
const MIN_N = 20;
/** Chance at which a difference counts, two-sided; regressions are one side of it. */
const ALPHA = 0.01;
/** Smallest share of the earlier median by which a metric must move to matter: machines differ from day to day. */
const TOLERANCE = 0.05;
/**
 * Shift up to which a difference is told and not judged, by unit: two healthy runs of one process differ by some milliseconds, and
 * 10 ms is less than a user can notice (a frame lasts 16.7 ms). It does not go with the time scale: it is the noise of a
 * machine, not a wait of the target. Of shares and rates no shift is too small in itself.
 */
const FLOOR: Partial<Readonly<Record<Sample['unit'], number>>> = { ms: 10 };
/** Cliff's delta below which an effect is negligible (Romano 2006). */
const MIN_DELTA = 0.147;
/** Values of the baseline that the record keeps, so that its distribution is shown without the folder it came from. */
const MAX_KEPT = 100;
/** Units of which more is better. */
const RISING_IS_GOOD: readonly Sample['unit'][] = ['per second', 'ratio'];

/** Compares every sampled metric of the target with the baseline's, by check and name, in the order of this run. */
export function compareMetrics(
  before: readonly Evidence[],
  after: readonly Evidence[],
): readonly MetricComparison[] {
  const earlier = seriesOf(before);
  return [...seriesOf(after)].map(([key, series]) => compareSeries(earlier.get(key) ?? null, series));
}

interface Series {
  readonly check: string;
  readonly name: string;
  readonly unit: Sample['unit'];
  readonly values: readonly number[];
}

function seriesOf(evidence: readonly Evidence[]): ReadonlyMap<string, Series> {
  const series = new Map<string, Series>();
  for (const { check, body } of evidence) {
    if (body.kind !== 'sample' || body.of !== 'target' || check === null) continue;
    const key = `${check} ${body.name} ${body.unit}`;
    const values = [...(series.get(key)?.values ?? []), ...body.values];
    series.set(key, { check, name: body.name, unit: body.unit, values });
  }
  return series;
}

/** Compares one metric; a series that never moves is STUCK, not equal, and too few values prove nothing. */
export function compareSeries(before: Series | null, after: Series): MetricComparison {
  const { check, name, unit } = after;
  const earlier = before?.values ?? [];
  const facts = {
    check,
    name,
    unit,
    n: [earlier.length, after.values.length] satisfies [number, number],
    medians: [median(earlier), median(after.values)] satisfies [number | null, number | null],
    ...(earlier.length === 0 ? {} : { before: evenlyTaken(earlier, MAX_KEPT).map(thousandths) }),
  };
  const silent = (standing: MetricStanding): MetricComparison => ({
    ...facts,
    standing,
    shift: null,
    delta: null,
    p: null,
  });
  if (before === null) return silent('no baseline');
  if (isStuck(after.values) || isStuck(earlier)) return silent('STUCK');
  if (Math.min(...facts.n) < MIN_N) return silent('too few');
  const ranks = compareRanks(earlier, after.values);
  if (ranks === null) return silent('too few');
  const base = facts.medians[0] ?? 0;
  const floor = Math.max(TOLERANCE * Math.abs(base), FLOOR[unit] ?? 0);
  const isReal = ranks.p < ALPHA && Math.abs(ranks.delta) >= MIN_DELTA;
  const isJudged = Math.abs(ranks.shift) > floor;
  const direction = ranks.shift > 0 === RISING_IS_GOOD.includes(unit) ? 'better' : 'worse';
  const standing = !isReal ? 'same' : isJudged ? direction : 'below floor';
  return { ...facts, standing, shift: ranks.shift, delta: ranks.delta, p: ranks.p, floor };
}

/** The rule by which metrics are compared, in one line. */
export const COMPARISON_RULE =
  `a metric got worse or better when a rank test says so (p < ${ALPHA}, Cliff's delta >= ${MIN_DELTA}, at least ${MIN_N} values on each side) ` +
  `and it shifted by more than the floor: ${TOLERANCE * 100} % of the earlier median, and ${FLOOR.ms ?? 0} ms for times; a real shift up to the floor is named and not judged`;

function thousandths(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
