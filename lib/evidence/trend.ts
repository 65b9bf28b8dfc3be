import { median } from './sample.ts';

/** Values of which a series must have at least this many before a trend can be told from chance. */
const TREND_FLOOR = 6;
/** One-sided 0.1 % of the standard normal distribution: a busy machine makes trends of its own. */
const MIN_Z = 3.09;
const GROWTH_FACTOR = 2;

/** Whether a series grows with its index. */
export interface Trend {
  readonly n: number;
  /** Mann-Kendall S: pairs that go up minus pairs that go down. */
  readonly s: number;
  /** S over its standard deviation, with continuity correction; 0 for a series without a direction. */
  readonly z: number;
  /** Median of the last third over the median of the first third; null when the first is 0. */
  readonly factor: number | null;
  /** True when the rise is no chance (0.1 %) and large enough to matter (twofold). */
  readonly grows: boolean;
}

/** The trend of a series by the Mann-Kendall test and the ratio of its ends. Null below six values. */
export function trend(values: readonly number[]): Trend | null {
  const n = values.length;
  if (n < TREND_FLOOR) return null;
  let s = 0;
  for (const [at, value] of values.entries()) {
    for (const later of values.slice(at + 1)) s += Math.sign(later - value);
  }
  const deviation = Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const z = s === 0 ? 0 : (s - Math.sign(s)) / deviation;
  const third = Math.floor(n / 3);
  const first = median(values.slice(0, third)) ?? 0;
  const last = median(values.slice(-third)) ?? 0;
  const factor = first === 0 ? null : last / first;
  return { n, s, z, factor, grows: z > MIN_Z && (factor === null || factor > GROWTH_FACTOR) };
}
