import { describe, expect, test } from 'vitest';
import { SAMPLE_REVISION, sampleRecord } from '../evidence/testing/sample-record.ts';
import type { Verdict } from '../evidence/verdict.ts';
import { decide } from './decide.ts';
import { flakyChecks, type HistoryEntry, historyEntry, historyEntrySchema, lastGo } from './run-history.ts';

const entry = (fields: Partial<HistoryEntry> = {}): HistoryEntry => {
  const record = sampleRecord();
  return { ...historyEntry(record, decide(record)), ...fields };
};
const runs = (...verdicts: readonly Verdict[]): readonly HistoryEntry[] =>
  verdicts.map((verdict) => entry({ verdicts: { 'AGENT-01': verdict, 'PRE-01': 'passed' } }));

describe('history of runs', () => {
  test('keeps of a run what later ones need, and survives the file', () => {
    const kept = entry();

    expect(kept).toMatchObject({ environment: 'local', decision: 'GO', revision: SAMPLE_REVISION });
    expect(kept.verdicts).toEqual({ 'PRE-01': 'passed', 'AGENT-01': 'passed', 'API-01': 'passed' });
    expect(historyEntrySchema.parse(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
  });

  test('has no revision of a run in which several answered', () => {
    const record = sampleRecord();
    const [reading] = record.revision.readings;
    if (reading === undefined) throw new TypeError('expected a reading');
    const mixed = sampleRecord({
      revision: { ...record.revision, readings: [reading, { ...reading, revision: 'b'.repeat(40) }] },
    });

    expect(historyEntry(mixed, decide(mixed)).revision).toBeNull();
  });

  test('finds the newest whole GO of the environment, judged strictly, and no other run', () => {
    const { strict: _strict, ...older } = entry({ runId: 'nobody knows by what policy' });
    const history = [
      entry({ runId: 'old' }),
      entry({ runId: 'newest' }),
      entry({ runId: 'elsewhere', environment: 'staging' }),
      entry({ runId: 'red', decision: 'NO_GO' }),
      entry({ runId: 'conditional', decision: 'CONDITIONAL_GO' }),
      entry({ runId: 'partial', scope: 'partial' }),
      entry({ runId: 'smoke', scope: 'smoke' }),
      entry({ runId: 'weak', strict: false }),
      older,
    ];

    expect(lastGo(history, 'local')?.runId).toBe('newest');
    expect(lastGo(history, 'production')).toBeNull();
    expect(lastGo([], 'local')).toBeNull();
  });

  test('calls a check flaky that passed and failed on one revision, with the interval of its share', () => {
    const history = runs('passed', 'failed', 'passed', 'inconclusive', 'passed');

    expect(flakyChecks(history, 'local', SAMPLE_REVISION)).toEqual([
      { id: 'AGENT-01', failures: 1, n: 4, low: expect.closeTo(0.0456, 3), high: expect.closeTo(0.6994, 3) },
    ]);
  });

  test('calls no check flaky that is always red, or red on another revision only', () => {
    expect(flakyChecks(runs('failed', 'failed'), 'local', SAMPLE_REVISION)).toEqual([]);
    const moved = [
      ...runs('passed', 'passed'),
      entry({ revision: 'b'.repeat(40), verdicts: { 'AGENT-01': 'failed' } }),
    ];
    expect(flakyChecks(moved, 'local', SAMPLE_REVISION)).toEqual([]);
  });
});
