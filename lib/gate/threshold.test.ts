import { describe, expect, test } from 'vitest';
import type { Metric } from '../evidence/metric.ts';
import type { RunRecord } from '../evidence/run-record.ts';
import { sampleCheck, sampleRecord, withPolicy } from '../evidence/testing/sample-record.ts';
import type { Verdict } from '../evidence/verdict.ts';
import { decide } from './decide.ts';
import { judgeThresholds, type Threshold, thresholdProblems } from './threshold.ts';

const threshold = (fields: Partial<Threshold> = {}): Threshold => ({
  metric: 'welcome',
  statistic: 'worst',
  operator: '<=',
  limit: 100,
  unit: 'ms',
  minSamples: 5,
  ...fields,
});
const metric = (fields: Partial<Metric> = {}): Metric => ({
  name: 'welcome',
  unit: 'ms',
  n: 24,
  missing: 0,
  min: 10,
  max: 90,
  mean: 50,
  p50: 45,
  p95: 85,
  p99: null,
  stuck: false,
  evidence: ['w1-1'],
  ...fields,
});
const recordOf = (
  rule: Partial<Threshold>,
  found: Metric | null,
  fields: Partial<RunRecord> = {},
): RunRecord => {
  const record = sampleRecord({ timeScale: 1, metrics: found === null ? [] : [found], ...fields });
  return withPolicy(record, { thresholds: [threshold(rule)] });
};
const stateOf = (rule: Partial<Threshold>, found: Metric | null, timeScale = 1): string | undefined =>
  judgeThresholds([threshold(rule)], recordOf(rule, found, { timeScale }))[0]?.state;

describe('threshold', () => {
  test.each([
    ['<=', 90, 'held'],
    ['<=', 89, 'exceeded'],
    ['<', 90, 'exceeded'],
    ['<', 91, 'held'],
    ['>=', 10, 'held'],
    ['>=', 11, 'exceeded'],
    ['>', 10, 'exceeded'],
    ['>', 9, 'held'],
    ['==', 10, 'exceeded'],
    ['==', 90, 'exceeded'],
  ] as const)('holds the worst value to %s %i: %s', (operator, limit, state) => {
    expect(stateOf({ operator, limit }, metric())).toBe(state);
  });

  test.each([
    ['mean', 50],
    ['p50', 45],
    ['p95', 85],
    ['min', 10],
    ['max', 90],
  ] as const)('judges the %s when it names it', (statistic, figure) => {
    expect(stateOf({ statistic, limit: figure }, metric())).toBe('held');
    expect(stateOf({ statistic, limit: figure - 1 }, metric())).toBe('exceeded');
  });

  test('needs every value to equal what it equals', () => {
    const rule = {
      metric: 'close code 1011',
      operator: '==',
      limit: 0,
      unit: 'count',
      minSamples: 20,
    } as const;
    const count = (min: number, max: number): Metric =>
      metric({ name: 'close code 1011', unit: 'count', min, max, stuck: true });

    expect(stateOf(rule, count(0, 0))).toBe('held');
    expect(stateOf(rule, count(0, 1))).toBe('exceeded');
  });

  test.each([
    ['nothing was recorded', null],
    ['there are too few samples', metric({ n: 4 })],
    ['there is no value at all', metric({ n: 5, min: null, max: null })],
    ['attempts gave no value', metric({ missing: 1 })],
    ['the series never moved', metric({ stuck: true })],
    ['the series is in another unit', metric({ unit: 'MB' })],
  ])('decides nothing when %s', (_what, found) => {
    const record = recordOf({}, found);

    expect(decide(record)).toMatchObject({
      decision: 'INCONCLUSIVE',
      exitCode: 3,
      thresholds: [{ metric: 'welcome', state: 'undecided' }],
      reasons: [
        { rule: 4, check: null, text: expect.stringContaining('threshold undecided: welcome: expected') },
      ],
    });
  });

  test('tells limit, figures and samples by themselves, and why nothing was decided', () => {
    const outcomeOf = (rule: Partial<Threshold>, found: Metric | null): object | undefined =>
      judgeThresholds([threshold(rule)], recordOf(rule, found, { timeScale: 0.1 }))[0];

    expect(outcomeOf({ limit: 5_000 }, metric())).toMatchObject({
      state: 'held',
      limit: 5_000,
      scaledLimit: 500,
      seen: [90],
      n: 24,
      why: null,
    });
    expect(outcomeOf({ operator: '==', limit: 50 }, metric())).toMatchObject({ seen: [10, 90] });
    expect(outcomeOf({}, null)).toMatchObject({ seen: [], n: null, why: 'no data' });
    expect(outcomeOf({}, metric({ missing: 2 }))).toMatchObject({ why: '2 attempts without a value' });
    expect(outcomeOf({}, metric({ unit: 'MB' }))).toMatchObject({ seen: [], why: 'a series in MB' });
  });

  test('decides nothing by a percentile that was not computed', () => {
    expect(stateOf({ statistic: 'p99', minSamples: 100 }, metric({ n: 400 }))).toBe('undecided');
  });

  test('is red beyond its limit, whatever else was passed', () => {
    expect(decide(recordOf({ limit: 80 }, metric()))).toMatchObject({
      decision: 'NO_GO',
      exitCode: 1,
      reasons: [
        {
          rule: 2,
          text: 'threshold exceeded: welcome: expected worst <= 80 ms over at least 5 samples, got 90 ms over 24',
        },
      ],
    });
    expect(decide(recordOf({}, metric())).decision).toBe('GO');
  });

  test('stays red when attempts are missing beside a value beyond the limit', () => {
    expect(stateOf({ limit: 80 }, metric({ missing: 3 }))).toBe('exceeded');
  });

  test.each([
    ['inconclusive', 'undecided'],
    ['failed', 'exceeded'],
    ['passed', 'exceeded'],
  ] as const)('accuses nobody when its check is %s: %s', (verdict: Verdict, state) => {
    const checks = [sampleCheck(verdict, { id: 'PERF-04', suite: 'performance' })];

    expect(judgeThresholds([threshold({ limit: 80 })], recordOf({}, metric(), { checks }))[0]?.state).toBe(
      state,
    );
  });

  test('shrinks durations with the time scale down to a floor, raises rates, and leaves the rest', () => {
    expect(stateOf({ limit: 5_000 }, metric({ max: 501 }), 0.1)).toBe('exceeded');
    expect(stateOf({ limit: 5_000 }, metric({ max: 500 }), 0.1)).toBe('held');
    expect(stateOf({ limit: 300 }, metric({ max: 250 }), 0.1)).toBe('held');
    expect(stateOf({ limit: 300 }, metric({ max: 251 }), 0.1)).toBe('exceeded');

    const rate = {
      metric: 'turns a second, one user',
      operator: '>=',
      limit: 5,
      unit: 'per second',
    } as const;
    const found = (min: number): Metric => metric({ name: rate.metric, unit: 'per second', min });
    expect(stateOf(rate, found(50), 0.1)).toBe('held');
    expect(stateOf(rate, found(49), 0.1)).toBe('exceeded');
    expect(stateOf({ operator: '>=', limit: 11, unit: 'ms' }, metric({ min: 10 }), 1)).toBe('exceeded');
  });

  test('says nothing of figures that a part of a plan cannot have', () => {
    const selection = { scope: 'partial', filters: ['--suite api'], repeat: 1, shard: null } as const;

    expect(
      decide(recordOf({}, null, { selection: { ...selection, filters: [...selection.filters] } })).reasons,
    ).toEqual([expect.objectContaining({ text: 'this is a partial run: a filter was set' })]);
  });

  test('is refused before a run with another unit, or a percentile of too few samples', () => {
    expect(thresholdProblems(threshold())).toEqual([]);
    expect(thresholdProblems(threshold({ unit: 'MB' }))).toEqual(['welcome is measured in ms, got MB']);
    expect(thresholdProblems(threshold({ statistic: 'p95', minSamples: 19 }))).toHaveLength(1);
    expect(thresholdProblems(threshold({ statistic: 'p95', minSamples: 20 }))).toEqual([]);
    expect(thresholdProblems(threshold({ statistic: 'p99', minSamples: 99 }))).toHaveLength(1);
    expect(thresholdProblems(threshold({ statistic: 'p50', minSamples: 4 }))).toHaveLength(1);
  });
});
