import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { RunRecord } from '../evidence/run-record.ts';
import { sampleCheck, sampleRecord } from '../evidence/testing/sample-record.ts';
import { VERDICTS } from '../evidence/verdict.ts';
import { decide } from '../gate/decide.ts';
import { ctrfReport } from './ctrf.ts';

const whole = z.int().min(0);
/** The parts of the CTRF schema that we use; like it, they allow no field of our own but `extra`. */
const ctrfSchema = z.strictObject({
  reportFormat: z.literal('CTRF'),
  specVersion: z.string().regex(/^\d+\.\d+\.\d+$/),
  generatedBy: z.string(),
  timestamp: z.iso.datetime(),
  results: z.strictObject({
    tool: z.strictObject({ name: z.string().min(1), version: z.string() }),
    summary: z.strictObject({
      tests: whole,
      passed: whole,
      failed: whole,
      skipped: whole,
      pending: whole,
      other: whole,
      start: whole,
      stop: whole,
    }),
    tests: z.array(
      z.strictObject({
        name: z.string().min(1),
        status: z.enum(['passed', 'failed', 'skipped', 'pending', 'other']),
        duration: whole,
        rawStatus: z.string(),
        suite: z.array(z.string()).min(1),
        filePath: z.string().optional(),
        message: z.string().optional(),
        trace: z.string().optional(),
        flaky: z.boolean().optional(),
        tags: z.array(z.string()).optional(),
        extra: z.record(z.string(), z.unknown()),
      }),
    ),
    environment: z.strictObject({ testEnvironment: z.string(), commit: z.string().optional() }),
    extra: z.record(z.string(), z.unknown()),
  }),
});
const reportOf = (record: RunRecord): z.infer<typeof ctrfSchema> =>
  ctrfSchema.parse(JSON.parse(JSON.stringify(ctrfReport(record, decide(record), null))));
const everyVerdict = sampleRecord({
  checks: VERDICTS.map((verdict, at) => sampleCheck(verdict, { id: `API-1${at}`, suite: 'api' })),
});

describe('CTRF report', () => {
  test('has a word of the format for every verdict, and keeps ours', () => {
    const { tests } = reportOf(everyVerdict).results;

    expect(tests.slice(1).map(({ rawStatus, status }) => `${rawStatus} ${status}`)).toEqual([
      'passed passed',
      'failed failed',
      'flaky passed',
      'inconclusive other',
      'blocked other',
      'skipped skipped',
      'not-run other',
    ]);
    expect(tests.filter(({ flaky }) => flaky === true).map(({ rawStatus }) => rawStatus)).toEqual(['flaky']);
  });

  test('counts what it lists', () => {
    const { summary, tests } = reportOf(everyVerdict).results;

    expect(summary.tests).toBe(tests.length);
    for (const status of ['passed', 'failed', 'skipped', 'pending', 'other'] as const) {
      expect(summary[status]).toBe(tests.filter((test) => test.status === status).length);
    }
  });

  test('shows the decision as a test, so that a viewer that knows nothing of us shows it', () => {
    expect(reportOf(sampleRecord()).results.tests[0]).toMatchObject({
      name: 'gate.decision',
      status: 'passed',
    });
    expect(reportOf(everyVerdict).results.tests[0]).toMatchObject({ status: 'failed', rawStatus: 'NO_GO' });
    expect(reportOf(sampleRecord({ checks: [] })).results.tests).toEqual([
      expect.objectContaining({ name: 'gate.decision', status: 'other', rawStatus: 'INCONCLUSIVE' }),
    ]);
  });

  test('stays valid for hostile texts of a target', () => {
    const check = sampleCheck('failed', { id: 'API-01' });
    const [attempt] = check.attempts;
    if (attempt === undefined) throw new TypeError('expected an attempt');
    const hostile = '\u001b[31m\u0000</script>\ud800';
    const record = sampleRecord({
      checks: [
        {
          ...check,
          attempts: [
            { ...attempt, violations: [{ rule: 'X', expected: 'a', actual: hostile, where: hostile }] },
          ],
        },
      ],
    });

    expect(JSON.stringify(reportOf(record))).not.toContain('\\u001b');
  });
});
