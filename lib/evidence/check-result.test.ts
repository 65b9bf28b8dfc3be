import { describe, expect, test } from 'vitest';
import { checkResultSchema } from './check-result.ts';
import { resultLineSchema } from './result-line.ts';
import { sampleAttempt, samplePlannedCheck } from './testing/sample-record.ts';
import { VERDICTS } from './verdict.ts';

const accepts = (result: unknown): boolean => checkResultSchema.safeParse(result).success;

describe('check result', () => {
  test.each(VERDICTS)('accepts %s with what it demands', (verdict) => {
    expect(checkResultSchema.parse(sampleAttempt(verdict))).toEqual(sampleAttempt(verdict));
  });

  test('refuses a pass without its observations, or without a record to show', () => {
    const { evidence } = sampleAttempt('passed');

    expect(accepts(sampleAttempt('passed', { evidence: { ...evidence, ok: false } }))).toBe(false);
    expect(accepts(sampleAttempt('passed', { evidence: { ...evidence, refs: [] } }))).toBe(false);
  });

  test('refuses a red without a violation', () => {
    expect(accepts(sampleAttempt('failed', { violations: [] }))).toBe(false);
  });

  test.each(['inconclusive', 'blocked', 'skipped', 'not-run'] as const)(
    'refuses %s without a reason',
    (verdict) => {
      expect(accepts(sampleAttempt(verdict, { reason: null }))).toBe(false);
    },
  );

  test('refuses a verdict, a reason code or a field that nobody defined', () => {
    const reason = { code: 'SOMETHING', message: 'x', next: null };

    expect(accepts({ ...sampleAttempt('passed'), verdict: 'ok' })).toBe(false);
    expect(accepts({ ...sampleAttempt('inconclusive'), reason })).toBe(false);
    expect(accepts({ ...sampleAttempt('passed'), success: true })).toBe(false);
    expect(accepts({ ...sampleAttempt('passed'), attempt: 0 })).toBe(false);
  });
});

describe('result line', () => {
  test.each([
    { line: 'declared', check: samplePlannedCheck() },
    { line: 'started', id: 'AGENT-01', attempt: 1 },
    { line: 'ended', result: sampleAttempt('failed') },
    { line: 'fault', code: 'HOOK_FAILED', message: 'x', next: null },
    { line: 'observer', eventLoopLagP99Ms: 1.5, eventLoopLagMaxMs: 2, samples: 3 },
  ])('reads back $line as it was written', (line) => {
    expect(resultLineSchema.parse(JSON.parse(JSON.stringify(line)))).toEqual(line);
  });

  test('refuses a pass without evidence, an unknown line and an extra field', () => {
    const bare = sampleAttempt('passed', { evidence: { ok: true, observed: [], refs: [] } });

    expect(resultLineSchema.safeParse({ line: 'ended', result: bare }).success).toBe(false);
    expect(resultLineSchema.safeParse({ line: 'passed', id: 'AGENT-01' }).success).toBe(false);
    expect(resultLineSchema.safeParse({ line: 'started', id: 'A-01', attempt: 1, ok: 1 }).success).toBe(
      false,
    );
  });
});
