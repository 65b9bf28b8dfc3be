import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { TemporaryFolder } from '../../foundation/testing/temporary-folder.ts';
import { type Policy, policyFileSchema } from '../../gate/policy.ts';
import { planDrift, readPlan, specFiles } from './plan-file.ts';
import { readPolicy } from './policy-file.ts';
import { policySchemas } from './policy-schema.ts';

const root = join(import.meta.dirname, '../../..');
const plan = readPlan(root);
const where = { root, plan, environment: 'local' };
const shipped = { ...readPolicy(join(root, 'fixtures/policies/default.json'), where), name: 'shipped' };

function read(text: string, environment = 'staging'): Policy {
  using folder = new TemporaryFolder();
  writeFileSync(folder.file('policy.json'), text);
  return readPolicy(folder.file('policy.json'), { ...where, environment });
}
const NEXT_MONTH = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
const asText = (fields: object): string => JSON.stringify({ ...shipped, ...fields }, null, 2);
const threshold = {
  metric: 'welcome',
  statistic: 'p95',
  operator: '<=',
  limit: 5_000,
  unit: 'ms',
  minSamples: 20,
} as const;

describe('policy file', () => {
  test.each([
    ['nothing', '', 'line 1, column 1: value expected'],
    ['no JSON', '{ checks: all }', 'line 1, column 3: invalid symbol'],
    ['an empty object', '{}', 'line 1, column 1: schema: expected 1, got nothing'],
    ['an empty list of checks', asText({ checks: [] }), 'checks: expected at least 1 in the list'],
    [
      'a word for a list of checks',
      asText({ checks: 'none' }),
      'checks: expected "all" or a list of at least one',
    ],
    ['a check that does not exist', asText({ checks: ['PRE-91'] }), 'got PRE-91; the nearest is PRE-01'],
    ['a misspelt field', asText({ revison: 'required' }), 'unknown field revison'],
    [
      'an empty list of thresholds',
      asText({ thresholds: [] }),
      'thresholds: expected at least 1 in the list, got []',
    ],
    [
      'a metric that nothing measures',
      asText({ thresholds: [{ ...threshold, metric: 'welcom' }] }),
      'thresholds.0.metric: expected one of "readiness answer"',
    ],
    [
      'a unit of another kind',
      asText({ thresholds: [{ ...threshold, unit: 'bytes' }] }),
      'is measured in ms, got bytes',
    ],
    [
      'a percentile of too few samples',
      asText({ thresholds: [{ ...threshold, minSamples: 19 }] }),
      'needs minSamples of at least 20, got 19',
    ],
    [
      'a threshold without samples',
      asText({ thresholds: [{ ...threshold, minSamples: 0 }] }),
      'thresholds.0.minSamples',
    ],
    [
      'a limit that is no number',
      asText({ thresholds: [{ ...threshold, limit: null }] }),
      'thresholds.0.limit',
    ],
    ['a negative budget', asText({ maxUnknowns: -1 }), 'maxUnknowns: expected at least 0, got -1'],
    [
      'a name that would print more than a name',
      asText({ name: 'x\nGO' }),
      'name: expected words of lower-case',
    ],
    ['the name of the short built-in policy', asText({ name: 'smoke' }), 'name: expected a name of its own'],
    [
      'a name that reads as the decision',
      asText({ name: 'go' }),
      'reads neither as a decision nor as a scope',
    ],
    ['a name that begins as the decision', asText({ name: 'go-staging' }), 'GO (policy go-staging)'],
    ['a name that reads as a scope', asText({ name: 'partial-run' }), 'partial, partial-run, shard'],
    ['the name of the full built-in policy', asText({ name: 'default' }), 'name: expected a name of its own'],
    ['a number for a name', asText({ name: 7 }), 'name: expected a text, got 7'],
    ['half a flake budget', asText({ flakeBudget: { maxInRun: 1 } }), 'flakeBudget.maxInHistory'],
  ])('is refused before any packet when it holds %s', (_what, text, problem) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining(problem),
        next: expect.stringContaining('fixtures/policies/README.md'),
      }),
    );
  });

  test('has every problem told at once, with what was expected and what came, in no words of a library', () => {
    const text = asText({
      name: 'Two Words',
      revision: 'maybe',
      checks: ['PRE-91'],
      maxUnknowns: 101,
      missingCapabilities: [
        { capability: 'tsl', owner: 'backend', reason: 'not over TLS', expires: NEXT_MONTH },
      ],
      thresholds: [{ ...threshold, unit: 'bytes' }],
      observer: undefined,
    });
    const told = (): string => {
      try {
        read(text);
        return 'nothing';
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    };
    const message = told();

    for (const part of [
      'name: expected words of lower-case letters',
      'got "Two Words"',
      'revision: expected one of "required"',
      'got "maybe"',
      'maxUnknowns: expected at most 100, got 101',
      'observer: expected an object, got nothing',
      'checks: expected an id of the manifest, got PRE-91; the nearest is PRE-01',
      'got tsl; the nearest is tls',
      'is measured in ms, got bytes',
    ]) {
      expect(message).toContain(part);
    }
    expect(message).not.toMatch(/Invalid|Too (small|big)/);
    expect(message.match(/line \d+, column \d+: /g)?.length).toBeGreaterThan(8);
  });

  test('shows line and column of what the schema alone cannot see', () => {
    const text = `{\n  "schema": 1, "name": "x", "checks": "all", "revision": "required", "missingCapabilities": [],\n  "observer": { "maxEventLoopLagP99Ms": 250 },\n  "thresholds": [\n    // half a second\n    ${JSON.stringify({ ...threshold, unit: 'MB' })}\n  ],\n}`;

    expect(() => read(text)).toThrow(
      /: line 6, column 5: thresholds\[0\]: welcome is measured in ms, got MB$/,
    );
  });

  test('is refused when a threshold could never have data', () => {
    const blockers = plan.checks.filter(({ severity }) => severity === 'blocker').map(({ id }) => id);
    const gone = { owner: 'backend', reason: 'not deployed there yet', expires: NEXT_MONTH };

    expect(() => read(asText({ checks: blockers, thresholds: [threshold] }))).toThrow(
      /welcome is measured by PERF-04, which is not among the checks/,
    );
    expect(() =>
      read(
        asText({
          thresholds: [{ ...threshold, metric: 'store a message', statistic: 'max', minSamples: 5 }],
          missingCapabilities: [{ ...gone, capability: 'thread-api' }],
        }),
      ),
    ).toThrow(/which needs thread-api: it is declared missing/);
  });

  test('is refused when it is no regular file, or larger than a person writes', () => {
    using folder = new TemporaryFolder();
    writeFileSync(folder.file('large.json'), ' '.repeat(1_000_001));

    expect(() => readPolicy('/dev/zero', where)).toThrow(
      /expected a policy in \/dev\/zero, got no regular file/,
    );
    expect(() => readPolicy(folder.path, where)).toThrow(/got a folder/);
    expect(() => readPolicy(folder.file('large.json'), where)).toThrow(
      /got 1000001 bytes, more than 1000000/,
    );
  });

  test('names an environment that has no name, in no words of a library', () => {
    expect(() => read(asText({ environments: { Local: {} } }))).toThrow(
      /environments\.Local: expected a name of lower-case letters, digits and hyphens, as staging, got \{\}/,
    );
  });

  test('is refused when it is not there', () => {
    expect(() => readPolicy('/nowhere/policy.json', where)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  });

  test('asks of an environment what stands under its name, and of no other that it does not name', () => {
    const text = asText({
      environments: { staging: { revision: 'unproven-accepted', maxUnknowns: 2 }, canary: {} },
    });

    expect(read(text, 'staging')).toEqual({ ...shipped, revision: 'unproven-accepted', maxUnknowns: 2 });
    expect(read(text, 'canary')).toEqual(shipped);
    for (const environment of ['local', 'toString']) {
      expect(() => read(text, environment)).toThrow(
        new RegExp(`to name the environment ${environment}, got staging, canary \\(line \\d+, column 3\\)$`),
      );
    }
  });

  test('names a problem of an environment where it stands', () => {
    const text = `${asText({}).slice(0, -2)},\n"environments": {\n  "staging": {\n    "change": ["PRE-91"]\n  }\n}}`;
    const line = text.split('\n').findIndex((part) => part.includes('PRE-91')) + 1;

    expect(() => read(text)).toThrow(new RegExp(`line ${line}, column \\d+: change: expected an id`));
  });
});

describe('published schema', () => {
  const schemas = Object.entries(policySchemas());

  test.each(schemas)('%s is what a run accepts; npm run docs writes it', (path, text) => {
    expect(readFileSync(join(root, path), 'utf8')).toBe(text);
  });

  test.each([
    ['default.json', true, (policy: object) => policy],
    ['smoke.json', true, (policy: object) => policy],
    ['default.json', false, (policy: object) => ({ ...policy, revison: 'required' })],
    ['default.json', false, (policy: object) => ({ ...policy, thresholds: [{ ...threshold, metric: 'x' }] })],
    [
      'default.json',
      true,
      (policy: object) => ({ ...policy, environments: { staging: { maxUnknowns: 1 } } }),
    ],
    ['default.json', false, (policy: object) => ({ ...policy, environments: { staging: { name: 'x' } } })],
    ['default.json', false, () => ({})],
  ] as const)('judges %s like a run does: %s', (name, isValid, changed) => {
    const validate = new Ajv({
      formats: { date: true, uri: true },
      keywords: ['allowComments', 'allowTrailingCommas'],
    }).compile(JSON.parse(policySchemas()['fixtures/policies/policy.schema.json'] ?? ''));
    const policy: object = JSON.parse(readFileSync(join(root, 'fixtures/policies', name), 'utf8'));

    expect(validate(changed(policy))).toBe(isValid);
    expect(policyFileSchema.safeParse(changed(policy)).success).toBe(isValid);
  });

  test('is named by every policy that ships, so that editors complete it', () => {
    for (const name of ['default.json', 'smoke.json']) {
      expect(readFileSync(join(root, 'fixtures/policies', name), 'utf8')).toContain(
        '"$schema": "./policy.schema.json"',
      );
    }
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
