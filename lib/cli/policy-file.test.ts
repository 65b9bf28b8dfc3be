import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TemporaryFolder } from '../foundation/testing/temporary-folder.ts';
import { planDrift, readPlan, specFiles } from './plan-file.ts';
import { readPolicy } from './policy-file.ts';

const root = join(import.meta.dirname, '../..');
const plan = readPlan(root);
const shipped = readPolicy(join(root, 'fixtures/policies/default.json'), plan);

describe('policy file', () => {
  test.each([
    ['nothing', ''],
    ['no JSON', '{ checks: all }'],
    ['an empty object', '{}'],
    ['an empty list of checks', JSON.stringify({ ...shipped, checks: [] })],
    ['a check that does not exist', JSON.stringify({ ...shipped, checks: ['NOPE-01'] })],
    ['a misspelt field', JSON.stringify({ ...shipped, revison: 'required' })],
  ])('is refused before any packet when it holds %s', (_what, text) => {
    using folder = new TemporaryFolder();
    writeFileSync(folder.file('policy.json'), text);

    expect(() => readPolicy(folder.file('policy.json'), plan)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('policy.json') }),
    );
  });

  test('is refused when it is not there', () => {
    expect(() => readPolicy('/nowhere/policy.json', plan)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  });
});

describe('plan file', () => {
  test('knows every spec file that there is', () => {
    expect(planDrift(root, plan)).toEqual([]);
    expect(specFiles(root).length).toBeGreaterThan(0);
  });

  test('names a spec that it does not know and one that is gone', () => {
    const [first, ...rest] = plan.checks;
    if (first === undefined) throw new TypeError('expected a plan');
    const drift = planDrift(root, {
      schema: 1,
      checks: [
        ...rest.filter(({ file }) => file !== first.file),
        { ...first, file: 'suites/preflight/removed.spec.ts' },
      ],
    });

    expect(drift).toEqual([
      `${first.file} is not in suites/plan.json`,
      'suites/preflight/removed.spec.ts is gone',
    ]);
  });

  test('is drift, not an empty plan, when it is missing', () => {
    using folder = new TemporaryFolder();

    expect(() => readPlan(folder.path)).toThrow(expect.objectContaining({ code: 'PLAN_DRIFT' }));
  });
});
