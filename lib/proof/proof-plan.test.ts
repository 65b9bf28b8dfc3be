import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { samplePlannedCheck } from '../evidence/testing/sample-record.ts';
import { byDuration, checksOfProof, provenBy, smallestCover } from './proof-plan.ts';
import { sampleEntry } from './testing/sample-entry.ts';

const RULES = ['ORD-TERMINAL-MISSING'] as const;
const check = (id: string, needs: readonly string[] = [], rung: string | null = null) =>
  samplePlannedCheck({ id, severity: 'major', needs: [...needs], rung });
const PLAN = [
  check('PRE-01', [], 'dns'),
  samplePlannedCheck({ id: 'CORE-01', severity: 'blocker', needs: ['dns'] }),
  check('HS-01', ['dns']),
  check('HS-02', ['HS-01']),
  check('HS-03', ['HS-02']),
  check('API-01', ['dns']),
];
const entryFor = (fault: string, ...ids: readonly string[]) =>
  sampleEntry({ fault, failed: ids.map((id) => ({ check: id, rules: [...RULES] })) });

describe('the checks of a proof', () => {
  test('are the named one, what it stands on, what stands on it, and the sentinels', () => {
    expect(checksOfProof(entryFor('a', 'HS-02'), PLAN)).toEqual([
      'PRE-01',
      'CORE-01',
      'HS-01',
      'HS-02',
      'HS-03',
    ]);
  });

  test('are everything that stands on a rung, when a rung is named', () => {
    expect(checksOfProof(entryFor('a', 'PRE-01'), PLAN)).toEqual(PLAN.map(({ id }) => id));
  });

  test('are the sentinels alone, when an entry names none', () => {
    expect(checksOfProof(entryFor('a'), PLAN)).toEqual(['PRE-01', 'CORE-01']);
  });
});

describe('what an entry proves', () => {
  test('is what it turns red, and an undecided rung, but no other undecided check', () => {
    const entry = sampleEntry({
      failed: [{ check: 'HS-01', rules: [...RULES] }],
      inconclusive: ['PRE-01', 'API-01'],
    });

    expect(provenBy(entry, PLAN)).toEqual(['HS-01', 'PRE-01']);
  });

  test('is no check that the plan does not have', () => {
    expect(provenBy(entryFor('a', 'GONE-01'), PLAN)).toEqual([]);
  });
});

describe('the smallest cover', () => {
  test('takes one fault that proves two checks before two that prove one each', () => {
    const entries = [entryFor('one', 'HS-01'), entryFor('two', 'HS-02'), entryFor('both', 'HS-01', 'HS-02')];

    expect(smallestCover(entries, PLAN).map(({ fault }) => fault)).toEqual(['both']);
  });

  test('takes the earlier of two that prove the same', () => {
    const entries = [entryFor('first', 'HS-01'), entryFor('second', 'HS-01')];

    expect(smallestCover(entries, PLAN).map(({ fault }) => fault)).toEqual(['first']);
  });

  test('proves all that the whole matrix proves, whatever the matrix is', () => {
    const ids = PLAN.map(({ id }) => id);
    const matrices = fc.array(fc.subarray(ids), { maxLength: 12 });

    fc.assert(
      fc.property(matrices, (rows) => {
        const entries = rows.map((row, at) => entryFor(`fault-${at}`, ...row));
        const proven = (list: typeof entries) =>
          [...new Set(list.flatMap((entry) => provenBy(entry, PLAN)))].sort();
        const chosen = smallestCover(entries, PLAN);

        expect(proven([...chosen])).toEqual(proven(entries));
        expect(chosen.length).toBeLessThanOrEqual(proven(entries).length);
      }),
    );
  });
});

describe('the order of proofs', () => {
  test('begins with the longest, and keeps those that mostly wait apart', () => {
    const plan = [
      samplePlannedCheck({ id: 'PERF-01', budgetMs: 300_000 }),
      samplePlannedCheck({ id: 'PERF-02', budgetMs: 900_000 }),
      samplePlannedCheck({ id: 'HS-01', budgetMs: 30_000 }),
      samplePlannedCheck({ id: 'HS-02', budgetMs: 60_000 }),
    ];
    const entries = ['HS-01', 'PERF-01', 'GONE-01', 'HS-02', 'PERF-02'].map((id) => entryFor(id, id));
    const { waiting, working } = byDuration(entries, plan);

    expect(waiting.map(({ fault }) => fault)).toEqual(['PERF-02', 'PERF-01']);
    expect(working.map(({ fault }) => fault)).toEqual(['HS-02', 'HS-01', 'GONE-01']);
  });
});
