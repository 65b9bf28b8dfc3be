import { describe, test } from 'vitest';
import { readPlan } from '../lib/cli/policy/plan-file.ts';
import { faultName } from '../lib/proof/expectation.ts';
import { catalogue, checksOf, pairRecordings, singleRecordings } from './diagnosis-plan.ts';

const { checks: plan } = readPlan(process.cwd());
const { red, notRed } = catalogue(false);

describe('what the diagnosis bench records', () => {
  test('takes every fault of the matrix once, or names it as not red', ({ expect }) => {
    const names = red.map((entry) => faultName(entry));

    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => notRed.includes(name))).toEqual([]);
    expect(red.every(({ expect: outcome }) => outcome === 'red')).toBe(true);
  });

  test('gives each recording a name of its own, and the checks that its fault turns red', ({ expect }) => {
    const recordings = singleRecordings(catalogue(true).red, [1, 2]);
    const names = recordings.map(({ name }) => name);

    expect(new Set(names).size).toBe(names.length);
    for (const recording of recordings.slice(0, red.length)) {
      const checks = checksOf(recording, plan);
      const failed = recording.entries.flatMap((entry) => entry.failed.map(({ check }) => check));
      expect(
        failed.filter((id) => !checks.includes(id)),
        recording.name,
      ).toEqual([]);
    }
  });

  test('pairs faults of different causes, which one fault more leaves as they are', ({ expect }) => {
    const pairs = pairRecordings(red, plan, 60, 1);
    const fewer = pairRecordings(red.slice(0, -1), plan, 60, 1).map(({ name }) => name);

    expect(pairs.length).toBe(60);
    for (const { name, expected } of pairs) {
      expect(expected.length, name).toBe(2);
      expect(expected[0], name).not.toBe(expected[1]);
      expect(expected, name).not.toContain('UNKNOWN');
    }
    expect(pairs.filter(({ name }) => fewer.includes(name)).length).toBeGreaterThan(30);
  });
});
