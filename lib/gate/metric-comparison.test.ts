import { describe, expect, test } from 'vitest';
import type { MetricStanding } from '../evidence/baseline.ts';
import { createRandom } from '../foundation/random.ts';
import { compareSeries } from './metric-comparison.ts';

/** Latencies as services have them: log-normal around 150 ms, so with a long right tail. */
function latencies(seed: number, count: number, factor = 1): readonly number[] {
  const random = createRandom(seed);
  const uniform = (): number => (random.int(1, 1_000_000_000) - 0.5) / 1_000_000_000;
  return Array.from({ length: count }, () => {
    const normal = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    return factor * Math.exp(5 + 0.2 * normal);
  });
}
const series = (values: readonly number[], unit: 'ms' | 'per second' = 'ms') => ({
  check: 'PERF-01',
  name: 'opening handshake',
  unit,
  values,
});
const standing = (before: readonly number[], after: readonly number[]): MetricStanding =>
  compareSeries(series(before), series(after)).standing;

describe('comparison of a metric with its baseline', () => {
  test('calls at most 1 % of 1,000 equal pairs a regression', () => {
    const worse = Array.from({ length: 1_000 }, (_, at) =>
      standing(latencies(2 * at + 1, 50), latencies(2 * at + 2, 50)),
    ).filter((found) => found === 'worse').length;

    expect(worse).toBeLessThanOrEqual(10);
  });

  test('finds at least 95 % of shifts by 20 % at n = 50, in the right direction', () => {
    const found = Array.from({ length: 400 }, (_, at) =>
      standing(latencies(2 * at + 1, 50), latencies(2 * at + 2, 50, 1.2)),
    );
    const back = standing(latencies(1, 50, 1.5), latencies(2, 50));

    expect(found.filter((one) => one === 'worse').length).toBeGreaterThanOrEqual(380);
    expect(found).not.toContain('better');
    expect(back).toBe('better');
  });

  test('calls no shift a regression that no user could notice, however sure it is', () => {
    const shifted = (ms: number): readonly number[] => latencies(1, 50, 0.03).map((value) => value + ms);

    expect(standing(latencies(1, 24, 0.033), latencies(2, 24, 0.048))).toBe('below floor');
    expect(standing(shifted(0), shifted(9))).toBe('below floor');
    expect(standing(shifted(9), shifted(0))).toBe('below floor');
    expect(compareSeries(series(shifted(0)), series(shifted(9)))).toMatchObject({ floor: 10 });
    expect(compareSeries(series(shifted(1_000)), series(shifted(1_030))).floor).toBeCloseTo(50, 0);
    expect(standing(shifted(0), shifted(11))).toBe('worse');
    const rate = (factor: number) => series(latencies(1, 50, factor), 'per second');
    expect(compareSeries(rate(0.05), rate(0.03)).standing).toBe('worse');
  });

  test('takes a fall for worse where more is better', () => {
    const [before, after] = [
      series(latencies(1, 50), 'per second'),
      series(latencies(2, 50, 0.6), 'per second'),
    ];

    expect(compareSeries(before, after).standing).toBe('worse');
    expect(compareSeries(after, before).standing).toBe('better');
  });

  test('says STUCK of a series that never moves, and nothing of one that is too short or new', () => {
    const stuck = Array.from({ length: 50 }, () => 237.41);

    expect(standing(stuck, stuck)).toBe('STUCK');
    expect(standing(latencies(1, 50), stuck)).toBe('STUCK');
    expect(standing(latencies(1, 50), latencies(2, 19))).toBe('too few');
    expect(compareSeries(null, series(latencies(1, 50)))).toMatchObject({
      standing: 'no baseline',
      shift: null,
      p: null,
    });
  });

  test('keeps the distribution of the baseline, so that a report shows it without the folder it came from', () => {
    const before = latencies(1, 400);
    const { before: kept = [] } = compareSeries(series(before), series(latencies(2, 50)));

    expect(kept).toHaveLength(100);
    expect(kept[0]).toBeCloseTo(Math.min(...before), 2);
    expect(kept.at(-1)).toBeCloseTo(Math.max(...before), 2);
    expect(compareSeries(null, series([1, 2]))).not.toHaveProperty('before');
  });
});
