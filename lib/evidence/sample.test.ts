import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evenlyTaken, isStuck, largest, mean, median, nameOfPercentile, percentile } from './sample.ts';

const oneTo = (n: number): readonly number[] => Array.from({ length: n }, (_, index) => index + 1);

describe('a percentile', () => {
  test.for([
    [19, 95, 'max of 19', 19],
    [20, 95, 'p95 of 20', 19],
    [99, 99, 'max of 99', 99],
    [100, 99, 'p99 of 100', 99],
    [4, 50, 'max of 4', 4],
    [5, 50, 'p50 of 5', 3],
  ] as const)('of %i values at rank %i is named %s', ([n, rank, name, value]) => {
    const found = percentile(oneTo(n), rank);

    expect(nameOfPercentile(found)).toBe(name);
    expect(found).toMatchObject({ value, n });
  });

  test('of no value is nothing, never zero', () => {
    expect(percentile([], 95)).toEqual({ kind: 'none', rank: 95 });
    expect([median([]), mean([]), largest([])]).toEqual([null, null, null]);
  });

  test('is one of the values, whatever their order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1e6 }), { minLength: 20 }), (values) => {
        const found = percentile(values, 95);
        const again = percentile(values.toReversed(), 95);

        expect(found).toEqual(again);
        expect(found.kind === 'none' ? null : values.includes(found.value)).toBe(true);
        expect(
          found.kind === 'none' ? 0 : values.filter((value) => value <= found.value).length,
        ).toBeGreaterThanOrEqual(0.95 * values.length);
      }),
    );
  });
});

describe('a series', () => {
  test('is stuck when ten values are the same, and not before', () => {
    expect(isStuck(Array.from({ length: 10 }, () => 237.41))).toBe(true);
    expect(isStuck(Array.from({ length: 9 }, () => 237.41))).toBe(false);
    expect(isStuck([...Array.from({ length: 10 }, () => 237.41), 237.42])).toBe(false);
  });

  test('has the mean of the middle two as median of an even number', () => {
    expect(median([9, 1, 4, 2])).toBe(3);
    expect(mean([1, 2, 6])).toBe(3);
    expect(largest([1, 6, 2])).toBe(6);
  });
});

describe('evenly taken values', () => {
  test('are all of few, and of many as many as asked for with both ends', () => {
    expect(evenlyTaken([3, 1, 2], 3)).toEqual([1, 2, 3]);
    expect(evenlyTaken(oneTo(1_001), 5)).toEqual([1, 251, 501, 751, 1_001]);
    expect(evenlyTaken([], 5)).toEqual([]);
  });
});
