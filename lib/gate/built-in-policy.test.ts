import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { samplePolicy } from '../evidence/testing/sample-record.ts';
import { FULL_POLICY, isReservedName, weaknesses } from './built-in-policy.ts';
import { type Policy, policyFor, policyFileSchema, policySchema } from './policy.ts';

const asking = (fields: object): Policy => policySchema.parse({ ...FULL_POLICY, ...fields });
const limits = FULL_POLICY.thresholds ?? [];
const changed = (metric: string, fields: object): object => ({
  thresholds: limits.map((limit) => (limit.metric === metric ? { ...limit, ...fields } : limit)),
});

describe('built-in policy', () => {
  test('is what fixtures/policies/default.json says, and what the sample record has', () => {
    const path = join(import.meta.dirname, '../../fixtures/policies/default.json');
    const file = policyFileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    const { $schema: _schema, ...shipped } = policyFor(file, 'local') ?? {};

    expect(shipped).toEqual(FULL_POLICY);
    expect(samplePolicy().resolved).toEqual(FULL_POLICY);
  });

  test('asks no less than itself, nor does a stricter one', () => {
    expect(weaknesses(FULL_POLICY)).toEqual([]);
    for (const fields of [
      changed('welcome', { limit: 4_000 }),
      changed('welcome', { statistic: 'worst' }),
      changed('whole turn', { operator: '<' }),
      changed('connection success', { limit: 1, minSamples: 50 }),
      { thresholds: [...limits, { ...limits[0], metric: 'reconnect', unit: 'ms' }] },
      { flakeBudget: { maxInRun: 0, maxInHistory: 0 } },
      { silence: 'strict' },
      { observer: { maxEventLoopLagP99Ms: 50 } },
    ]) {
      expect(weaknesses(asking(fields)), JSON.stringify(fields)).toEqual([]);
    }
  });

  test.each([
    [{ checks: ['PRE-01'] }, 'asks 1 checks, not all'],
    [{ revision: 'unproven-accepted' }, 'the revision need not be proven'],
    [{ thresholds: undefined }, 'no limit on welcome'],
    [{ thresholds: limits.slice(1) }, 'no limit on connection success'],
    [changed('welcome', { limit: 5_001 }), 'no limit on welcome'],
    [changed('welcome', { statistic: 'p50' }), 'no limit on welcome'],
    [changed('connection success', { limit: 0.94 }), 'no limit on connection success'],
    [changed('connection success', { operator: '<=' }), 'no limit on connection success'],
    [changed('close code 1011', { limit: 1 }), 'no limit on close code 1011'],
    [changed('first event', { minSamples: 4 }), 'no limit on first event'],
    [{ maxUnknowns: 1 }, 'accepts 1 checks without a clear verdict'],
    [{ flakeBudget: undefined }, 'no flake budget'],
    [{ flakeBudget: { maxInRun: 4, maxInHistory: 0 } }, 'no flake budget, or a larger one'],
    [{ observer: { maxEventLoopLagP99Ms: 251 } }, 'lets the harness itself be 251 ms late'],
  ] as const)('names what %j asks less', (fields, text) => {
    expect(weaknesses(asking(fields))).toContainEqual(expect.stringContaining(text));
  });

  test('keeps its names for itself', () => {
    expect(['default', 'smoke', 'staging', 'Smoke'].map(isReservedName)).toEqual([true, true, false, false]);
  });
});

describe('name of a policy', () => {
  test.each(['staging', 'staging-release', 'q3-2026', 'a'])('may be %s', (name) => {
    expect(policySchema.safeParse({ ...FULL_POLICY, name }).success).toBe(true);
  });

  test.each([
    '',
    'Staging',
    'GO (smoke)',
    'two words',
    'a\nb',
    'staging\n',
    '\u001b[32mgreen',
    '-a',
    'a-',
    'a--b',
    '1st',
    'x'.repeat(41),
  ])('may not be %j', (name) => {
    expect(policySchema.safeParse({ ...FULL_POLICY, name }).success).toBe(false);
  });
});
