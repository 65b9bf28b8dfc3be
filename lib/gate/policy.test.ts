import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CAPABILITIES, INDISPENSABLE } from '../contract/capability.ts';
import { planSchema } from '../evidence/plan.ts';
import {
  type Policy,
  policyFileSchema,
  policyFor,
  policyHash,
  policyProblems,
  policySchema,
  readablePolicy,
} from './policy.ts';

const root = join(import.meta.dirname, '../..');
const readJson = (path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8'));
const manifest = planSchema.parse(readJson('suites/plan.json')).checks;
const known = manifest.map(({ id }) => id);
const today = new Date('2026-11-21T12:00:00Z');
const problemsOf = (candidate: Policy): readonly string[] => policyProblems(candidate, manifest, today);

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
  test.each(readdirSync(join(root, 'fixtures/policies')).filter((name) => /^[a-z]+\.json$/.test(name)))(
    '%s is valid against the manifest',
    (name) => {
      const shipped = policySchema.parse(readJson(`fixtures/policies/${name}`));

      expect(problemsOf(shipped)).toEqual([]);
    },
  );

  test('refuses a plan of nothing, a misspelt field and a limit that never bites', () => {
    expect(accepts({})).toBe(true);
    expect(accepts({ checks: [] })).toBe(false);
    expect(accepts({ maxUnknown: 3 })).toBe(false);
    expect(accepts({ checks: 'none' })).toBe(false);
    expect(accepts({ revision: 'ignored' })).toBe(false);
    expect(accepts({ schema: 2 })).toBe(false);
    expect(accepts({ observer: { maxEventLoopLagP99Ms: 0 } })).toBe(false);
    expect(accepts({ observer: { maxEventLoopLagP99Ms: 1_000 } })).toBe(true);
    expect(accepts({ observer: { maxEventLoopLagP99Ms: 1_000.5 } })).toBe(false);
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

  test('asks of a fingerprint what it must show, and of nothing else', () => {
    const by = (fields: object): readonly string[] =>
      problemsOf(policySchema.parse({ ...policy, revision: 'fingerprint', ...fields }));
    const reference = { generation: 'reference' };

    expect(by({ fingerprint: reference })).toEqual([]);
    expect(by({ fingerprint: { ...reference, behaviours: { welcome: 'canonical' } } })).toEqual([]);
    expect(by({})).toEqual([expect.stringMatching(/^revision: expected the field fingerprint beside it/)]);
    expect(by({ fingerprint: { ...reference, behaviours: { welcome: 'W3' } } })).toEqual([
      'fingerprint.behaviours.welcome: expected a value of generation reference, got W3, of G1',
    ]);
    expect(by({ revision: 'required', fingerprint: reference })).toEqual([
      expect.stringMatching(/^fingerprint: expected revision to be fingerprint, got required/),
    ]);
    expect(
      by({ fingerprint: reference, missingCapabilities: missing('revision-endpoint').missingCapabilities }),
    ).toEqual([
      expect.stringMatching(/^missingCapabilities: expected revision-endpoint not to be declared missing/),
    ]);
    for (const fingerprint of [
      {},
      { generation: 'G4' },
      { ...reference, behaviours: { welcome: 'W99' } },
      { ...reference, behaviours: { wellcome: 'canonical' } },
      { ...reference, minimum: 0 },
    ]) {
      expect(accepts({ fingerprint })).toBe(false);
    }
  });

  test('leaves the general fingerprint to the environments that are judged by one', () => {
    const file = policyFileSchema.parse({
      ...policy,
      revision: 'fingerprint',
      fingerprint: { generation: 'reference' },
      environments: {
        staging: {},
        canary: { fingerprint: { generation: 'G3' } },
        local: { revision: 'required' },
      },
    });
    const of = (environment: string): Policy | null => policyFor(file, environment);

    expect(of('staging')).toMatchObject({
      revision: 'fingerprint',
      fingerprint: { generation: 'reference' },
    });
    expect(of('canary')).toMatchObject({ revision: 'fingerprint', fingerprint: { generation: 'G3' } });
    expect(of('local')?.fingerprint).toBeUndefined();
    for (const environment of ['staging', 'canary', 'local']) {
      expect(problemsOf(readablePolicy(file, environment).policy)).toEqual([]);
    }
  });

  test('tells a fingerprint that cannot be read once, by its own problem', () => {
    const raw = { ...policy, revision: 'fingerprint', fingerprint: { generation: 'G9' } };

    expect(problemsOf(readablePolicy(raw, 'staging').policy)).toEqual([]);
    expect(policyFileSchema.safeParse(raw).success).toBe(false);
  });

  test('names an id that no suite declares, and one that is listed twice', () => {
    const [id = ''] = known;

    expect(problemsOf({ ...policy, checks: [...known, 'NOPE-01', id] })).toEqual([
      expect.stringMatching(/^checks: expected an id of the manifest, got NOPE-01; the nearest is /),
      `checks: expected each id once, got ${id} again`,
    ]);
  });

  test('refuses a plan that leaves out a blocker, and an absence that has expired', () => {
    const blockers = manifest.filter(({ severity }) => severity === 'blocker').map(({ id }) => id);
    const [first = '', ...rest] = blockers;
    const expired = missing('thread-api').missingCapabilities.map((entry) => ({
      ...entry,
      expires: '2026-11-20',
    }));

    expect(problemsOf({ ...policy, checks: blockers })).toEqual([]);
    expect(problemsOf({ ...policy, checks: rest })).toEqual([expect.stringContaining(`missing ${first}`)]);
    expect(problemsOf({ ...policy, missingCapabilities: expired })).toEqual([
      expect.stringContaining('until today or later, got 2026-11-20'),
    ]);
    expect(accepts({ missingCapabilities: [{ ...expired[0], expires: '2099-99-99' }] })).toBe(false);
  });

  test('refuses an absence that is declared for more than 365 days', () => {
    const until = (expires: string): readonly string[] =>
      problemsOf({
        ...policy,
        missingCapabilities: missing('thread-api').missingCapabilities.map((entry) => ({
          ...entry,
          expires,
        })),
      });

    expect(until('2027-11-21')).toEqual([]);
    expect(until('2027-11-22')).toEqual([
      expect.stringMatching(/to be missing until \S+ at most, 365 days from now, got /),
    ]);
  });

  test.each(INDISPENSABLE)('does not let %s be declared away', (capability) => {
    expect(problemsOf(missing(capability))).toEqual([
      expect.stringContaining(`got ${capability}; which cannot be declared away`),
    ]);
  });

  test('knows every capability of the contract and no other word, inherited ones included', () => {
    for (const capability of Object.keys(CAPABILITIES)) {
      expect(problemsOf(missing(capability))).toEqual([]);
    }
    for (const word of ['golden', 'toString', '__proto__']) {
      expect(problemsOf(missing(word))).toEqual([expect.stringContaining(`got ${word}; the nearest is `)]);
    }
  });

  test('has a hash of its content, not of its layout', () => {
    const reordered = policySchema.parse(Object.fromEntries(Object.entries(policy).toReversed()));

    expect(policyHash(reordered)).toBe(policyHash(policy));
    expect(policyHash({ ...policy, observer: { maxEventLoopLagP99Ms: 251 } })).not.toBe(policyHash(policy));
  });
});
