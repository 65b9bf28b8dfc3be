import { describe, expect, test } from 'vitest';
import type { RunRecord } from '../evidence/run-record.ts';
import { sampleCheck, sampleRecord, sampleWaiver, withPolicy } from '../evidence/testing/sample-record.ts';
import type { Severity, Verdict } from '../evidence/verdict.ts';
import { decide } from './decide.ts';

const GOLDEN = sampleCheck('passed', { id: 'AGENT-01' });
const lesser = (verdicts: readonly Verdict[], severity: Severity = 'minor'): RunRecord['checks'] => [
  GOLDEN,
  ...verdicts.map((verdict, at) => sampleCheck(verdict, { id: `API-0${at + 1}`, suite: 'api', severity })),
];
function judge(limits: object, fields: Partial<RunRecord>): ReturnType<typeof decide> {
  return decide(withPolicy(sampleRecord(fields), limits));
}
const flakes = (count: number): NonNullable<RunRecord['flakes']> =>
  Array.from({ length: count }, (_, at) => ({ id: `API-0${at}`, failures: 1, n: 4, low: 0, high: 1 }));

describe('maximum unknowns', () => {
  test('are none unless the policy says how many', () => {
    expect(judge({}, { checks: lesser(['inconclusive']) }).decision).toBe('INCONCLUSIVE');
    expect(judge({ maxUnknowns: 0 }, { checks: lesser(['blocked']) }).decision).toBe('INCONCLUSIVE');
  });

  test('make each accepted unknown a condition with owner and command, never a GO', () => {
    expect(judge({ maxUnknowns: 2 }, { checks: lesser(['inconclusive', 'not-run']) })).toMatchObject({
      decision: 'CONDITIONAL_GO',
      exitCode: 2,
      conditions: [
        { check: 'API-01', owner: 'agents', command: 'npm test -- --check API-01' },
        { check: 'API-02', command: 'npm test -- --check API-02' },
      ],
    });
  });

  test('block all of them when there is one more', () => {
    const { decision, reasons } = judge({ maxUnknowns: 1 }, { checks: lesser(['inconclusive', 'not-run']) });

    expect(decision).toBe('INCONCLUSIVE');
    expect(reasons.map(({ rule, check }) => [rule, check])).toEqual([
      [5, 'API-01'],
      [5, 'API-02'],
    ]);
  });

  test.each(['blocker', 'critical'] as const)('never cover a %s check', (severity) => {
    expect(judge({ maxUnknowns: 9 }, { checks: lesser(['inconclusive'], severity) }).decision).toBe(
      'INCONCLUSIVE',
    );
  });

  test('do not count what a waiver excuses, nor excuse what was named for the change', () => {
    const waivers = [sampleWaiver({ check: 'API-01' })];
    const gate = { acceptConditional: false, change: [], waivers };

    expect(judge({ maxUnknowns: 1 }, { checks: lesser(['blocked', 'blocked']), gate }).decision).toBe(
      'CONDITIONAL_GO',
    );
    expect(
      judge(
        { maxUnknowns: 1 },
        { checks: lesser(['blocked']), gate: { ...gate, waivers: [], change: ['API-01'] } },
      ).decision,
    ).toBe('INCONCLUSIVE');
  });

  test('do not excuse a pass that the record does not bear out', () => {
    const [golden = GOLDEN, bare = GOLDEN] = lesser(['passed']);

    expect(judge({ maxUnknowns: 5 }, { checks: [golden, { ...bare, attempts: [] }] }).decision).toBe(
      'INCONCLUSIVE',
    );
  });
});

describe('flake budget', () => {
  test.each([
    [{ maxInRun: 1, maxInHistory: 0 }, ['flaky'], 0, 'GO'],
    [{ maxInRun: 1, maxInHistory: 0 }, ['flaky', 'flaky'], 0, 'INCONCLUSIVE'],
    [{ maxInRun: 0, maxInHistory: 2 }, [], 2, 'GO'],
    [{ maxInRun: 0, maxInHistory: 2 }, [], 3, 'INCONCLUSIVE'],
  ] as const)('%j with %j now and %i before is %s', (flakeBudget, now, before, decision) => {
    expect(judge({ flakeBudget }, { checks: lesser(now), flakes: flakes(before) }).decision).toBe(decision);
  });

  test('is not exceeded by a check that might be worse, nor kept by one that is', () => {
    const limits = { flakeBudget: { maxInRun: 0, maxInHistory: 0 }, maxUnknowns: 1 };
    const judged = (...verdicts: readonly Verdict[]): string =>
      judge(limits, { checks: lesser(verdicts) }).decision;

    expect(judged('inconclusive')).toBe('CONDITIONAL_GO');
    expect(judged('flaky')).toBe('GO');
    expect(judged('flaky', 'flaky')).toBe('INCONCLUSIVE');
    expect(judged('flaky', 'inconclusive')).toBe('INCONCLUSIVE');
    const gate = { acceptConditional: false, change: [], waivers: [sampleWaiver({ check: 'API-01' })] };
    const waived = (verdict: Verdict): string =>
      judge({ ...limits, maxUnknowns: 0 }, { checks: lesser([verdict]), gate }).decision;
    expect(waived('failed')).toBe('CONDITIONAL_GO');
    expect(waived('flaky')).toBe('GO');
  });

  test('names what is beyond it', () => {
    const { reasons } = judge(
      { flakeBudget: { maxInRun: 0, maxInHistory: 0 } },
      { checks: lesser(['flaky']), flakes: flakes(1) },
    );

    expect(reasons.map(({ rule, text }) => [rule, text])).toEqual([
      [5, 'flake budget: expected at most 0 checks that passed only after a retry, got 1: API-01'],
      [
        5,
        'flake budget: expected at most 0 checks that both passed and failed on this revision, got 1: API-00',
      ],
    ]);
  });
});
