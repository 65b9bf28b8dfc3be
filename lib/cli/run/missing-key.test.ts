import { describe, expect, test } from 'vitest';
import { Secret } from '../../foundation/secret.ts';
import { readPlan } from '../policy/plan-file.ts';
import { missingKeyWarnings } from './missing-key.ts';

const { checks } = readPlan('.');
const NOTHING_MISSING = { missingCapabilities: [] };

describe('missingKeyWarnings', () => {
  test('counts the checks that need the key, and names the line of the policy that declares its absence', () => {
    const [warning, ...more] = missingKeyWarnings({ jwtSecretKey: null }, checks, NOTHING_MISSING);
    const needing = checks.filter(({ capabilities }) => capabilities.includes('signing-key'));

    expect(needing.length).toBeGreaterThan(5);
    expect(warning).toContain(`${needing.length} of ${checks.length} checks need JWT_SECRET_KEY`);
    expect(warning).toContain('AUTH-11');
    expect(warning).toContain('the run cannot become GO');
    expect(warning).toContain('signing-key under missingCapabilities');
    expect(more).toEqual([]);
  });

  test('says what a declared absence comes to', () => {
    const entry = {
      capability: 'signing-key',
      owner: 'auth',
      reason: 'not given out',
      expires: '2099-01-01',
    } as const;

    expect(missingKeyWarnings({ jwtSecretKey: null }, checks, { missingCapabilities: [entry] })).toEqual([
      expect.stringContaining('conditional at best'),
    ]);
  });

  test('says nothing with the key, nor of a selection that does without', () => {
    const jwtSecretKey = new Secret('JWT_SECRET_KEY', 'sJ3nVb8xCq1LdF6gHk5ZpW0aTyE7rU2i');
    const others = checks.filter(({ capabilities }) => !capabilities.includes('signing-key'));

    expect(missingKeyWarnings({ jwtSecretKey }, checks, NOTHING_MISSING)).toEqual([]);
    expect(missingKeyWarnings({ jwtSecretKey: null }, others, NOTHING_MISSING)).toEqual([]);
  });
});
