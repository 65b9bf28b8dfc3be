import { describe, expect, test } from 'vitest';
import { placeOf, SUITE_PHASES } from './phase.ts';

describe('place of a spec', () => {
  test.each([
    ['/anywhere/project/suites/auth/refusals.spec.ts', 'auth', 5],
    ['suites/preflight/ladder.spec.ts', 'preflight', 0],
    ['C:\\ci\\suites\\breaker\\opens.spec.ts', 'breaker', 6],
  ])('of %s is its suite and phase', (path, suite, phase) => {
    expect(placeOf(path)).toMatchObject({
      suite,
      phase,
      file: expect.stringMatching(/^suites\/[a-z]+\/[a-z]+\.spec\.ts$/),
    });
  });

  test.each([
    'suites/unknown/x.spec.ts',
    'lib/auth/x.spec.ts',
    'suites/auth/x.test.ts',
    'suites/auth/deep/x.spec.ts',
    'suites/toString/x.spec.ts',
    '',
  ])('refuses %j', (path) => {
    expect(() => placeOf(path)).toThrow(TypeError);
  });

  test('has the negative-auth checks late, then the breaker alone, and the last turns at the very end', () => {
    const last = Math.max(...Object.values(SUITE_PHASES));
    const suitesOf = (phase: number): readonly string[] =>
      Object.keys(SUITE_PHASES).filter((suite) => SUITE_PHASES[suite] === phase);

    expect(suitesOf(last)).toEqual(['closing']);
    expect(suitesOf(last - 1)).toEqual(['breaker']);
    expect(SUITE_PHASES['auth']).toBe(last - 2);
  });
});
