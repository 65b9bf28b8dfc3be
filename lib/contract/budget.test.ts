import { describe, expect, test } from 'vitest';
import { BUDGETS, budgetsOf, judgeBudget, lintTimeouts, scaleBudgets, TIMEOUT_HIERARCHY } from './budget.ts';

describe('budgets', () => {
  test('warns before it fails, and fails before a client gives up', () => {
    for (const { warnMs, failMs, hardMs } of Object.values(BUDGETS)) {
      expect(warnMs ?? 0).toBeLessThanOrEqual(failMs ?? Infinity);
      expect(failMs ?? 0).toBeLessThanOrEqual(hardMs ?? Infinity);
    }
  });

  test('make a long silence a red for a policy that is strict about it, and for no other', () => {
    const strict = budgetsOf('strict');

    expect(judgeBudget(BUDGETS.eventGap, 64_300)).toBe('warn');
    expect(judgeBudget(strict.eventGap, 64_300)).toBe('fail');
    expect(judgeBudget(strict.eventGap, 20_000)).toBe('within');
    // It is still waited for: how long it was silent is to be known.
    expect(strict.eventGap.hardMs).toBe(90_000);
    expect({ ...strict, eventGap: BUDGETS.eventGap }).toEqual(BUDGETS);
    expect(budgetsOf('warn')).toBe(BUDGETS);
  });

  test('scales every limit and respects the floor', () => {
    const scaled = scaleBudgets(BUDGETS, 0.01, 250);

    expect(scaled.eventGap).toMatchObject({ warnMs: 250, failMs: 900 });
    expect(scaled.apiP50).toMatchObject({ warnMs: 100, failMs: 250 });
    expect(scaled.welcome).toMatchObject({ warnMs: null });
    expect(scaleBudgets(BUDGETS, 0.01).eventGap).toMatchObject({ warnMs: 200, failMs: 900 });
    expect(Object.keys(scaled)).toEqual(Object.keys(BUDGETS));
    expect(scaleBudgets(BUDGETS, 1)).toBe(BUDGETS);
  });

  test.for([0, -1, Number.NaN, Infinity])('refuses the scale %d', (scale) => {
    expect(() => scaleBudgets(BUDGETS, scale)).toThrow(RangeError);
  });

  test.for([
    [20_000, 'within'],
    [20_001, 'warn'],
    [90_000, 'warn'],
    [90_001, 'fail'],
  ] as const)('judges a gap of %d ms', ([valueMs, standing]) => {
    expect(judgeBudget(BUDGETS.eventGap, valueMs)).toBe(standing);
  });

  test('finds waits that end in the wrong order, and a wait that would censor the promise', () => {
    expect(lintTimeouts(TIMEOUT_HIERARCHY, BUDGETS)).toEqual([]);
    expect(lintTimeouts({ ...TIMEOUT_HIERARCHY, wsReceiveMs: 90_000 }, BUDGETS)).toHaveLength(1);
    expect(lintTimeouts({ ...TIMEOUT_HIERARCHY, agentMs: 30_000 }, BUDGETS)).toHaveLength(1);
    expect(lintTimeouts({ ...TIMEOUT_HIERARCHY, runMs: Number.NaN }, BUDGETS)).toHaveLength(1);
  });
});
