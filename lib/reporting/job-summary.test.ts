import { describe, expect, test } from 'vitest';
import { sampleCheck, sampleRecord } from '../evidence/testing/sample-record.ts';
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
});
