import { describe, expect, test } from 'vitest';
import { SAMPLE_REVISION, sampleCheck, sampleRecord } from '../evidence/testing/sample-record.ts';
import { decide } from '../gate/decide.ts';
import { rollbackLines } from './rollback.ts';

function linesAfterGoOf(revision: string): readonly string[] {
  const record = sampleRecord({
    checks: [sampleCheck('failed')],
    lastGo: { runId: 'earlier', revision, decidedAt: '2026-03-01T09:00:00.000Z' },
  });
  return rollbackLines(record, decide(record));
}

describe('the way back', () => {
  test('names the last GO of another revision, and how to verify it', () => {
    const other = 'b'.repeat(40);

    expect(linesAfterGoOf(other)[0]).toBe(
      `last GO: revision ${other} (run earlier, 2026-03-01T09:00:00.000Z)`,
    );
    expect(linesAfterGoOf(other).at(-1)).toMatch(/^verify: npm test/);
  });

  test('is none where the last GO is the revision that is deployed', () => {
    expect(linesAfterGoOf(SAMPLE_REVISION)[0]).toContain('the last GO was this very revision');
    expect(linesAfterGoOf(SAMPLE_REVISION).join()).not.toContain('verify');
  });
});
