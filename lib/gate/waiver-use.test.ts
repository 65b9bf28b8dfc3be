import { describe, expect, test } from 'vitest';
import type { RunRecord } from '../evidence/run-record.ts';
import { sampleCheck, sampleRecord, sampleWaiver } from '../evidence/testing/sample-record.ts';
import type { Verdict } from '../evidence/verdict.ts';
import type { Waiver } from '../evidence/waiver.ts';
import { decide } from './decide.ts';
import { waiverUses } from './waiver-use.ts';

/** A record whose minor check ended so, with one waiver and, when asked for, a change that names it. */
function recordWith(
  verdict: Verdict,
  waiver: Partial<Waiver> = {},
  change: readonly string[] = [],
): RunRecord {
  return sampleRecord({
    checks: [
      sampleCheck('passed', { id: 'PRE-01', suite: 'preflight', phase: 0, severity: 'blocker' }),
      sampleCheck('passed', { id: 'AGENT-01' }),
      sampleCheck(verdict, { id: 'API-01', suite: 'api', severity: 'minor', owner: 'backend' }),
    ],
    gate: { acceptConditional: false, change: [...change], waivers: [sampleWaiver(waiver)] },
  });
}
const stateOf = (record: RunRecord): string | undefined => waiverUses(record)[0]?.state;

describe('waivers', () => {
  test('make a minor red or unknown a condition with an owner, a day and a command', () => {
    for (const verdict of ['failed', 'inconclusive', 'blocked', 'not-run'] as const) {
      const decision = decide(recordWith(verdict));

      expect(decision).toMatchObject({ decision: 'CONDITIONAL_GO', exitCode: 2 });
      expect(decision.conditions).toEqual([
        expect.objectContaining({
          check: 'API-01',
          owner: 'backend',
          expires: '2026-03-20',
          issue: 'https://issues.example/42',
          command: 'npm test -- --check API-01',
        }),
      ]);
    }
  });

  test('never excuse a critical check, nor one that was named for the change', () => {
    expect(stateOf(recordWith('passed', { check: 'AGENT-01' }))).toBe('critical');
    const red = recordWith('failed', {}, ['API-01']);

    expect(stateOf(red)).toBe('change');
    expect(decide(red)).toMatchObject({ decision: 'NO_GO', axes: { change: 'no' } });
  });

  test('that are over, run too long or name nothing change nothing and are said', () => {
    for (const [fields, state] of [
      [{ expires: '2026-02-28' }, 'expired'],
      [{ expires: '2026-04-01' }, 'too-long'],
      [{ check: 'API-77' }, 'unknown-check'],
    ] as const) {
      const decision = decide(recordWith('failed', fields));

      expect(decision.decision).toBe('NO_GO');
      expect(decision.waivers).toEqual([expect.objectContaining({ state })]);
    }
  });

  test('hold through their last day and for 30 days', () => {
    expect(stateOf(recordWith('failed', { expires: '2026-03-01' }))).toBe('used');
    expect(stateOf(recordWith('failed', { expires: '2026-03-31' }))).toBe('used');
  });

  test('whose check passes are reported as idle and leave a GO alone', () => {
    const decision = decide(recordWith('passed'));

    expect(decision).toMatchObject({ decision: 'GO', conditions: [] });
    expect(decision.waivers).toEqual([expect.objectContaining({ check: 'API-01', state: 'idle' })]);
  });
});
