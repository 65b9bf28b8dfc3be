import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CAPABILITIES, INDISPENSABLE } from '../contract/capability.ts';
import { planSchema } from '../evidence/plan.ts';
import { type Policy, policyHash, policyProblems, policySchema } from './policy.ts';

const root = join(import.meta.dirname, '../..');
const readJson = (path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8'));
const known = planSchema.parse(readJson('suites/plan.json')).checks.map(({ id }) => id);

const policy: Policy = {
  schema: 1,
  name: 'default',
  checks: 'all',
  revision: 'required',
  missingCapabilities: [],
  observer: { maxEventLoopLagP99Ms: 250 },
};
const missing = (capability: string): Policy => ({
  ...policy,
  missingCapabilities: [
    { capability, owner: 'backend', reason: 'the endpoint is not deployed yet', expires: '2026-12-31' },
  ],
});
const accepts = (fields: object): boolean => policySchema.safeParse({ ...policy, ...fields }).success;

describe('policy', () => {
  test.each(readdirSync(join(root, 'fixtures/policies')))('%s is valid against the manifest', (name) => {
    const shipped = policySchema.parse(readJson(`fixtures/policies/${name}`));

    expect(policyProblems(shipped, known)).toEqual([]);
  });

  test('refuses a plan of nothing, a misspelt field and a limit that never bites', () => {
    expect(accepts({})).toBe(true);
    expect(accepts({ checks: [] })).toBe(false);
    expect(accepts({ maxUnknown: 3 })).toBe(false);
    expect(accepts({ checks: 'none' })).toBe(false);
    expect(accepts({ revision: 'ignored' })).toBe(false);
    expect(accepts({ schema: 2 })).toBe(false);
    expect(accepts({ observer: { maxEventLoopLagP99Ms: 0 } })).toBe(false);
    expect(accepts({ observer: {} })).toBe(false);
  });

  test('refuses an absence without owner, a reason worth reading and an expiry', () => {
    const [entry] = missing('thread-api').missingCapabilities;
    const one = (fields: object): boolean => accepts({ missingCapabilities: [{ ...entry, ...fields }] });

    expect(one({})).toBe(true);
    expect(one({ owner: 'somebody' })).toBe(false);
    expect(one({ reason: 'wip' })).toBe(false);
    expect(one({ expires: 'never' })).toBe(false);
  });

  test('names an id that no suite declares, and one that is listed twice', () => {
    const [id = ''] = known;

    expect(policyProblems({ ...policy, checks: [id, 'NOPE-01', id] }, known)).toEqual([
      'checks: expected an id of the manifest, got NOPE-01',
      'checks: expected each id once',
    ]);
  });

  test.each(INDISPENSABLE)('does not let %s be declared away', (capability) => {
    expect(policyProblems(missing(capability), known)).toEqual([
      `missingCapabilities: ${capability} cannot be declared away`,
    ]);
  });

  test('knows every capability of the contract and no other word, inherited ones included', () => {
    for (const capability of Object.keys(CAPABILITIES)) {
      expect(policyProblems(missing(capability), known)).toEqual([]);
    }
    for (const word of ['golden', 'toString', '__proto__']) {
      expect(policyProblems(missing(word), known)).toEqual([expect.stringContaining(`${word} is unknown`)]);
    }
  });

  test('has a hash of its content, not of its layout', () => {
    const reordered = policySchema.parse(Object.fromEntries(Object.entries(policy).toReversed()));

    expect(policyHash(reordered)).toBe(policyHash(policy));
    expect(policyHash({ ...policy, observer: { maxEventLoopLagP99Ms: 251 } })).not.toBe(policyHash(policy));
  });
});
