import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeProportion, proportion } from './proportion.ts';

test.for([
  // Reference values of the Wilson score interval without continuity correction.
  [20, 20, 0.8389, 1],
  [19, 20, 0.7639, 0.9911],
  [10, 20, 0.2993, 0.7007],
  [0, 20, 0, 0.1611],
  [55, 58, 0.8586, 0.9823],
] as const)('%i of %i has the Wilson interval %d to %d', ([successes, n, low, high]) => {
  const found = proportion(successes, n);

  expect(found?.low).toBeCloseTo(low, 3);
  expect(found?.high).toBeCloseTo(high, 3);
});

test('an interval holds the share and lies within 0 and 1', () => {
  const share = fc
    .integer({ min: 1, max: 500 })
    .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
  fc.assert(
    fc.property(share, ([successes, n]) => {
      const found = proportion(successes, n);

      expect(Math.sign(found?.low ?? Number.NaN)).not.toBe(-1);
      expect(found?.high).toBeLessThanOrEqual(1);
      expect(found?.low).toBeLessThanOrEqual(found?.share ?? Number.NaN);
      expect(found?.high).toBeGreaterThanOrEqual(found?.share ?? Number.NaN);
    }),
  );
});

test('no attempt has no share, and more successes than attempts are a mistake', () => {
  expect(proportion(0, 0)).toBeNull();
  expect(() => proportion(3, 2)).toThrow(RangeError);
  expect(() => proportion(0.5, 2)).toThrow(RangeError);
});

test('a share is said with its attempts and its interval', () => {
  const found = proportion(20, 20);

  expect(found === null ? '' : describeProportion(found)).toBe('20 of 20, 95 % interval 0.84 to 1.00');
});
