import { describe, expect, test } from 'vitest';
import type { Evidence } from '../evidence/evidence.ts';
import type { RunRecord } from '../evidence/run-record.ts';
import { sampleCheck, sampleRecord } from '../evidence/testing/sample-record.ts';
import type { Verdict } from '../evidence/verdict.ts';
import { compareRuns } from './compare-runs.ts';
import { decide } from './decide.ts';

const recordOf = (verdicts: Readonly<Record<string, Verdict>>, fields: Partial<RunRecord> = {}): RunRecord =>
  sampleRecord({
    ...fields,
    checks: Object.entries(verdicts).map(([id, verdict]) => sampleCheck(verdict, { id })),
  });
const evidenceOf = (values: readonly number[]): readonly Evidence[] => [
  {
    id: 'w1-1',
    check: 'PERF-01',
    atMs: 1,
    wallTime: '2026-03-01T10:00:00.000Z',
    body: { kind: 'sample', name: 'welcome', unit: 'ms', of: 'target', values, missing: 0 },
  },
];
const compared = (before: RunRecord, after: RunRecord, series: readonly (readonly number[])[] = [[], []]) =>
  compareRuns(
    { record: before, decision: decide(before), evidence: evidenceOf(series[0] ?? []) },
    { record: after, evidence: evidenceOf(series[1] ?? []) },
  );
const standings = (before: Verdict, after: Verdict): readonly string[] =>
  compared(recordOf({ 'API-01': before }), recordOf({ 'API-01': after })).checks.map(
    ({ standing }) => standing,
  );

describe('comparison of two runs', () => {
  test('names every change of a check, and nothing for one that stayed', () => {
    expect(standings('passed', 'failed')).toEqual(['new-fail']);
    expect(standings('inconclusive', 'failed')).toEqual(['new-fail']);
    expect(standings('failed', 'failed')).toEqual(['still-fail']);
    expect(standings('failed', 'passed')).toEqual(['fixed']);
    expect(standings('passed', 'passed')).toEqual([]);
  });

  test('calls a check that is not judged any more lost, never fixed', () => {
    for (const verdict of ['inconclusive', 'blocked', 'not-run', 'skipped'] as const) {
      for (const before of ['failed', 'passed', 'flaky'] as const) {
        expect(standings(before, verdict)).toEqual(['lost']);
      }
      expect(standings('blocked', verdict)).toEqual([]);
    }
  });

  test('names checks that are new or gone, and holds no figures of another plan against each other', () => {
    const values = Array.from({ length: 30 }, (_, at) => at);
    const found = compared(recordOf({ 'API-01': 'passed' }), recordOf({ 'API-02': 'passed' }), [
      values,
      values,
    ]);

    expect(found.checks.map(({ id, standing }) => `${id} ${standing}`)).toEqual([
      'API-02 new',
      'API-01 removed',
    ]);
    expect(found.differences).toEqual(['plan']);
    expect(found.metrics).toEqual([]);
  });

  test.each([
    ['environment', { target: { ...sampleRecord().target, environment: 'staging' } }],
    ['harness version', { harness: { ...sampleRecord().harness, version: '9.9.9' } }],
    ['scope', { selection: { ...sampleRecord().selection, scope: 'smoke' as const } }],
    ['time scale', { timeScale: 1 }],
  ])('is not made over another %s', (name, fields) => {
    const after = recordOf({ 'API-01': 'passed' }, fields);

    expect(compared(recordOf({ 'API-01': 'passed' }), after).differences).toEqual([name]);
  });

  test('compares the series of one metric of one check', () => {
    const slow = Array.from({ length: 30 }, (_, at) => at + 100);
    const fast = Array.from({ length: 30 }, (_, at) => at + 50);
    const same = recordOf({ 'PERF-01': 'passed' });

    expect(compared(same, same, [fast, slow]).metrics).toEqual([
      expect.objectContaining({
        check: 'PERF-01',
        name: 'welcome',
        standing: 'worse',
        shift: 50,
        n: [30, 30],
      }),
    ]);
    expect(compared(same, same, [slow, fast]).metrics[0]?.standing).toBe('better');
  });
});
