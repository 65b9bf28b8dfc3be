import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countVerdicts, isCritical, kindOfVerdict, SEVERITIES, VERDICTS, worstVerdict } from './verdict.ts';

const verdicts = fc.array(fc.constantFrom(...VERDICTS), { maxLength: 30 });

describe('verdict', () => {
  test('combines attempts so that a red wins over everything and a pass over nothing', () => {
    expect(worstVerdict([])).toBe('not-run');
    expect(worstVerdict(['passed', 'passed'])).toBe('passed');
    expect(worstVerdict(['passed', 'flaky'])).toBe('flaky');
    expect(worstVerdict(['skipped', 'flaky', 'passed'])).toBe('skipped');
    expect(worstVerdict(['passed', 'not-run'])).toBe('not-run');
    expect(worstVerdict(['inconclusive', 'failed', 'passed'])).toBe('failed');
  });

  test('combines the same way in any order and any grouping', () => {
    fc.assert(
      fc.property(verdicts, verdicts, (left, right) => {
        const whole = worstVerdict([...left, ...right]);

        expect(worstVerdict([...right, ...left])).toBe(whole);
        fc.pre(left.length > 0 && right.length > 0);
        expect(worstVerdict([worstVerdict(left), worstVerdict(right)])).toBe(whole);
      }),
    );
  });

  test('counts every check exactly once: the verdicts add up to the plan', () => {
    fc.assert(
      fc.property(verdicts, (list) => {
        const counts = countVerdicts(list);

        expect(counts.planned).toBe(list.length);
        expect(VERDICTS.reduce((sum, verdict) => sum + counts[verdict], 0)).toBe(list.length);
      }),
    );
    expect(countVerdicts(['passed', 'failed', 'failed', 'not-run'])).toMatchObject({
      planned: 4,
      passed: 1,
      failed: 2,
      'not-run': 1,
    });
  });

  test('takes nothing but a pass for good and nothing but a failure for red', () => {
    expect(VERDICTS.filter((verdict) => kindOfVerdict(verdict) === 'good')).toEqual(['passed']);
    expect(VERDICTS.filter((verdict) => kindOfVerdict(verdict) === 'red')).toEqual(['failed']);
    expect(VERDICTS.filter((verdict) => kindOfVerdict(verdict) === 'unknown')).toEqual([
      'inconclusive',
      'blocked',
      'not-run',
    ]);
  });

  test('counts a blocker among the critical', () => {
    expect(SEVERITIES.filter(isCritical)).toEqual(['blocker', 'critical']);
  });
});
