import { describe, expect, test } from 'vitest';
import { ciAttempt } from './ci-environment.ts';

describe('ciAttempt', () => {
  test.each([
    [{}, null],
    [{ GITHUB_RUN_ATTEMPT: '1' }, { variable: 'GITHUB_RUN_ATTEMPT', number: 1 }],
    [{ GITHUB_RUN_ATTEMPT: '3' }, { variable: 'GITHUB_RUN_ATTEMPT', number: 3 }],
    [{ SYSTEM_JOBATTEMPT: '2' }, { variable: 'SYSTEM_JOBATTEMPT', number: 2 }],
    // Buildkite counts what came after the first.
    [{ BUILDKITE_RETRY_COUNT: '0' }, { variable: 'BUILDKITE_RETRY_COUNT', number: 1 }],
    [{ BUILDKITE_RETRY_COUNT: '1' }, { variable: 'BUILDKITE_RETRY_COUNT', number: 2 }],
    [{ GITHUB_RUN_ATTEMPT: 'second' }, null],
    [{ GITHUB_RUN_ATTEMPT: '' }, null],
  ] as const)('reads %j as %j', (environment, expected) => {
    expect(ciAttempt(environment)).toEqual(expected);
  });
});
