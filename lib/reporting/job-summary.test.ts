import { describe, expect, test } from 'vitest';
import { sampleAttempt, sampleCheck, sampleRecord } from '../evidence/testing/sample-record.ts';
import { decide } from '../gate/decide.ts';
import { jobSummary } from './job-summary.ts';

const many = sampleRecord({
  checks: Array.from({ length: 200 }, (_, at) =>
    sampleCheck('failed', { id: `API-${String(at % 90).padStart(2, '0')}` }),
  ),
});

describe('summary of a CI job', () => {
  test('has the decision first, both axes and the ledger line', () => {
    const record = sampleRecord();
    const text = jobSummary(record, decide(record), null);

    expect(text.startsWith('# GO\n')).toBe(true);
    expect(text).toContain('outcome (can users chat): **yes**, change: **not stated**, exit code 0');
    expect(text).toContain('3 planned = 3 passed');
  });

  test('stays within its budget, cut between sections, and says what is left out', () => {
    const text = jobSummary(many, decide(many), null, 4_000);

    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4_000);
    expect(text.startsWith('# NO-GO\n')).toBe(true);
    expect(text).toMatch(/\n\d+ more sections in report\.md\.\n$/);
    for (const section of text.split('\n### ').slice(1)) expect(section).toMatch(/- where /);
  });

  test.each([
    ['10,000 red checks', 10_000, 'a value that nobody asked for'],
    ['checks with as much text as a record may hold', 2_000, 'x'.repeat(8_000)],
    ['texts of four bytes a character', 2_000, '🚀'.repeat(800)],
  ])('is never larger than what CI systems take, with %s', (_what, count, actual) => {
    const violation = { rule: 'API-BODY', expected: 'b', actual, where: 'GET /api/threads' };
    const record = sampleRecord({
      checks: Array.from({ length: count }, (_, at) =>
        sampleCheck('failed', {
          id: `API-${String(at % 100).padStart(2, '0')}`,
          attempts: [sampleAttempt('failed', { violations: [violation] })],
        }),
      ),
    });
    const text = jobSummary(record, decide(record), null);

    // GitHub drops a summary above 1 MiB, and the job does not fail (moonshots.md §6.3).
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(900 * 1_024);
    expect(text.startsWith('# NO-GO\n')).toBe(true);
    expect(text.includes(`${count} failed`)).toBe(true);
    expect(text.slice(-60)).toMatch(/\n\d+ more sections in report\.md\.\n$/);
  });
});
