import { describe, expect, test } from 'vitest';
import { sampleRecord } from '../evidence/testing/sample-record.ts';
import { recheckCommand } from './condition.ts';

describe('the command that asks again', () => {
  const local = sampleRecord();
  const staging = (expected: string | null) => ({
    ...local,
    target: { ...local.target, environment: 'staging' },
    revision: { ...local.revision, expected },
  });

  test('is npm test for a whole local run, whose revision the launcher knows', () => {
    expect(recheckCommand(local, null)).toBe('npm test');
    expect(recheckCommand(local, { id: 'AGENT-01' })).toBe('npm test -- --check AGENT-01');
  });

  test('names environment and expected revision, and no revision where none is expected', () => {
    expect(recheckCommand(staging('abc'), { id: 'AGENT-01' })).toBe(
      'npm test -- --env staging --expect-revision abc --check AGENT-01',
    );
    expect(recheckCommand(staging(null), null)).toBe('npm test -- --env staging');
  });
});
