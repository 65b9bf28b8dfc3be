import { describe, expect, test } from 'vitest';
import type { RunRecord } from '../evidence/run-record.ts';
import { sampleCheck, sampleRecord } from '../evidence/testing/sample-record.ts';
import { decide } from '../gate/decide.ts';
import { nextLines, nextStep } from './next-step.ts';

const { target, selection } = sampleRecord();
const staging = { ...target, embedded: false, environment: 'staging' };
const embedded = { ...target, embedded: true };

const stepOf = (fields: Partial<RunRecord>): ReturnType<typeof nextStep> => {
  const record = sampleRecord(fields);
  return nextStep(record, decide(record));
};

describe('what follows from a decision', () => {
  test('is never a release on the embedded backend, but the command for a deployment', () => {
    for (const fields of [
      { target: embedded },
      { target: embedded, selection: { ...selection, scope: 'smoke' as const } },
      { target: embedded, checks: [sampleCheck('passed', { id: 'API-01' }), sampleCheck('flaky')] },
    ]) {
      const { next, owner } = stepOf(fields);

      expect(next).not.toMatch(/^Release/);
      expect(next).toContain('npm test -- --env staging');
      expect(owner).toBeNull();
    }
  });

  test('is a release for a whole GO of a deployment, and the whole plan for a short one', () => {
    expect(stepOf({ target: staging }).next).toMatch(/^Release/);
    expect(stepOf({ target: staging, selection: { ...selection, scope: 'smoke' } }).next).toBe(
      'Run the whole plan before a release: npm test -- --env staging.',
    );
  });

  test('says of a GO what passed, and how many were not asked', () => {
    const minor = sampleCheck('skipped', { id: 'API-02', severity: 'minor' });
    const some = sampleRecord({ target: staging, checks: [...sampleRecord().checks, minor] });

    expect(stepOf({ target: staging }).means).toBe('Every planned check passed on evidence of its own.');
    expect(decide(some).decision).toBe('GO');
    expect(nextStep(some, decide(some)).means).toBe(
      `Every check that was asked passed on evidence of its own; 1 of ${some.checks.length} were skipped, as the target is declared to lack what they need.`,
    );
  });

  test('is no release without a GO, and no line where reds say what is next', () => {
    const red = sampleRecord({ target: staging, checks: [sampleCheck('failed')] });
    const shard = { ...selection, scope: 'shard' as const, shard: { index: 1, count: 2 } };

    expect(nextStep(red, decide(red)).next).toMatch(/^Mend what is named here/);
    expect(nextLines(red, decide(red))).toEqual([]);
    expect(stepOf({ target: staging, selection: shard }).next).toContain('merge RUN...');
  });
});
