import { describe, expect, test } from 'vitest';
import { formatSummary, summarize, summarizeRatios } from './statistics.ts';

describe('bench statistics', () => {
  test('summarises an odd and an even number of measurements', () => {
    expect(summarize([3, 1, 2])).toEqual({ n: 3, min: 1, median: 2, max: 3 });
    expect(summarize([4, 1, 2, 3])).toEqual({ n: 4, min: 1, median: 2.5, max: 4 });
  });

  test('refuses to summarise nothing', () => {
    expect(() => summarize([])).toThrow(RangeError);
  });

  test('takes ratios within a round, not of medians', () => {
    expect(summarizeRatios([50, 100, 10], [100, 100, 100])).toMatchObject({ min: 0.1, median: 0.5, max: 1 });
    expect(() => summarizeRatios([1], [])).toThrow(RangeError);
  });

  test('prints n, min, median and max', () => {
    expect(formatSummary('ours', 'ratio', summarize([0.5, 0.7, 0.6]), 2)).toMatch(
      /ours .* ratio .* n=3 min +0\.50 median +0\.60 max +0\.70/,
    );
  });
});
