import { describe, expect, test } from 'vitest';
import { checkResultSchema } from '../../evidence/check-result.ts';
import { sampleAttempt } from '../../evidence/testing/sample-record.ts';
import { withoutBackend } from './orphaned-result.ts';

describe('withoutBackend', () => {
  const red = sampleAttempt('failed', { startedAtMs: 5_000, durationMs: 500, occurred: 'reproduced' });

  test('leaves no red that was seen while our own backend ended, or after it', () => {
    const told = withoutBackend(red, 5_700);

    expect(told).toMatchObject({ verdict: 'inconclusive', violations: [], occurred: null });
    expect(told.reason?.code).toBe('BACKEND_DIED');
    expect(told.evidence).toEqual(red.evidence);
    expect(checkResultSchema.safeParse(told).success).toBe(true);
  });

  test('keeps a red from before it, and whatever is no red', () => {
    const green = sampleAttempt('passed', { startedAtMs: 5_000, durationMs: 500 });

    expect(withoutBackend(red, null)).toBe(red);
    expect(withoutBackend(red, 9_000)).toBe(red);
    expect(withoutBackend(green, 5_700)).toBe(green);
  });
});
