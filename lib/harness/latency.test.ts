import { expect, test } from 'vitest';
import { isOursToExplain } from './latency.ts';

test.for([
  // A lag beside a limit, a value above it: could the lag account for the difference?
  [250, 320, 80, true],
  [250, 320, 20, false],
  [250, 5_000, 80, false],
  [10_000, 12_000, 1_500, false],
  [10_000, 12_000, 2_500, true],
] as const)(
  'above a limit of %i ms a value of %i ms with a lag of %i ms may be ours: %s',
  ([limit, value, lag, ours]) => {
    expect(isOursToExplain(limit, value, lag)).toBe(ours);
  },
);
