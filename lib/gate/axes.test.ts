import { describe, expect, test } from 'vitest';
import { sampleCheck, sampleRecord } from '../evidence/testing/sample-record.ts';
import type { Verdict } from '../evidence/verdict.ts';
import { outcomeAxis } from './axes.ts';
import type { AxisState } from './decision.ts';
import { decide } from './decide.ts';

/** Verdicts of a golden path check and of the check that was named for the change. */
const judged = (
  golden: Verdict,
  named: Verdict,
  change: readonly string[] = ['API-01'],
): ReturnType<typeof decide> =>
  decide(
    sampleRecord({
      checks: [
        sampleCheck(golden, { id: 'AGENT-01', severity: 'critical' }),
        sampleCheck(named, { id: 'API-01', suite: 'api', severity: 'major' }),
      ],
      gate: { acceptConditional: false, change: [...change], waivers: [] },
    }),
  );

describe('the two axes', () => {
  test('are both said, and the decision is never better than the worse of them', () => {
    const outcomes: readonly (readonly [Verdict, AxisState])[] = [
      ['passed', 'yes'],
      ['failed', 'no'],
      ['inconclusive', 'unknown'],
    ];
    const decisions = { yes: 'GO', no: 'NO_GO', unknown: 'INCONCLUSIVE' } as const;
    for (const [golden, outcome] of outcomes) {
      for (const [named, change] of outcomes) {
        const { axes, decision } = judged(golden, named);
        const worse = [outcome, change].includes('no')
          ? 'no'
          : [outcome, change].includes('unknown')
            ? 'unknown'
            : 'yes';

        expect(axes).toEqual({ outcome, change });
        expect(decision).toBe(worse === 'yes' ? 'GO' : decisions[worse]);
      }
    }
  });

  test('do not call a change shown by a check that was skipped or is missing', () => {
    expect(judged('passed', 'skipped')).toMatchObject({
      decision: 'INCONCLUSIVE',
      axes: { change: 'unknown' },
    });
    expect(judged('passed', 'passed', ['API-01', 'API-77'])).toMatchObject({
      decision: 'INCONCLUSIVE',
      axes: { change: 'unknown' },
    });
  });

  test('are unknown after a single fault of the harness', () => {
    const harnessFaults = [{ code: 'HOOK_FAILED', message: 'an import failed', next: null }] as const;

    expect(
      outcomeAxis(sampleRecord({ checks: [sampleCheck('passed')], harnessFaults: [...harnessFaults] })),
    ).toBe('unknown');
    expect(outcomeAxis(sampleRecord({ checks: [sampleCheck('passed')] }))).toBe('yes');
  });

  test('say that no change was stated when none was named', () => {
    expect(judged('passed', 'failed', []).axes.change).toBe('not stated');
  });
});
