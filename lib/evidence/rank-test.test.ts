import { describe, expect, test } from 'vitest';
import { compareRanks } from './rank-test.ts';

describe('rank comparison', () => {
  test('agrees with a published example (Hollander & Wolfe 1973, permeability of placentas)', () => {
    // U = 35 and a shift of 0.305 as printed there; p by hand from z = 9.5 / 8.165.
    const a = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
    const b = [1.15, 0.88, 0.9, 0.74, 1.21];
    const found = compareRanks(a, b);

    expect(found?.n).toEqual([10, 5]);
    expect(found?.p).toBeCloseTo(0.2446, 3);
    expect(found?.shift).toBeCloseTo(-0.305, 3);
    expect(found?.delta).toBeCloseTo((15 - 35) / 50, 6);
  });

  test('finds no difference between a series and itself, and between constants', () => {
    expect(compareRanks([1, 2, 3, 4], [1, 2, 3, 4])).toMatchObject({ delta: 0, shift: 0 });
    expect(compareRanks([1, 2, 3, 4], [1, 2, 3, 4])?.p).toBeCloseTo(1, 6);
    expect(compareRanks([5, 5, 5], [5, 5, 5])).toMatchObject({ delta: 0, shift: 0 });
  });

  test('has the sign of the change, and a small p for series that do not overlap', () => {
    const before = Array.from({ length: 20 }, (_, at) => at);
    const after = before.map((value) => value + 100);

    expect(compareRanks(before, after)).toMatchObject({ delta: 1, shift: 100 });
    expect(compareRanks(before, after)?.p).toBeLessThan(1e-6);
    expect(compareRanks(after, before)).toMatchObject({ delta: -1, shift: -100 });
  });

  test('says nothing about no values', () => {
    expect(compareRanks([], [1])).toBeNull();
    expect(compareRanks([1], [])).toBeNull();
  });
});
