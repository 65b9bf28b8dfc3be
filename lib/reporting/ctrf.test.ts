import { validate } from 'ctrf';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { RunRecord } from '../evidence/run-record.ts';
import { sampleCheck, sampleRecord } from '../evidence/testing/sample-record.ts';
import { VERDICTS } from '../evidence/verdict.ts';
import { decide } from '../gate/decide.ts';
import { ctrfReport } from './ctrf.ts';

/** The parts that are looked at; what is allowed says the schema of the format. */
const ctrfSchema = z.looseObject({
  results: z.looseObject({
    summary: z.looseObject({
      tests: z.number(),
      passed: z.number(),
      failed: z.number(),
      skipped: z.number(),
      pending: z.number(),
      other: z.number(),
    }),
    tests: z.array(
      z.looseObject({
        name: z.string(),
        status: z.string(),
        rawStatus: z.string(),
        flaky: z.boolean().optional(),
        extra: z.record(z.string(), z.unknown()),
      }),
    ),
  }),
});
const jsonOf = (record: RunRecord): unknown =>
  JSON.parse(JSON.stringify(ctrfReport(record, decide(record), null)));
const problemsOf = (report: unknown): readonly string[] =>
  validate(report).errors?.map(({ path, message }) => `${path} ${message}`) ?? [];
function reportOf(record: RunRecord): z.infer<typeof ctrfSchema> {
  const report = jsonOf(record);
  expect(problemsOf(report)).toEqual([]);
  return ctrfSchema.parse(report);
}
const everyVerdict = sampleRecord({
  checks: VERDICTS.map((verdict, at) => sampleCheck(verdict, { id: `API-1${at}`, suite: 'api' })),
});

describe('CTRF report', () => {
  test('is what the schema of the format allows, for every decision', () => {
    const records = [
      sampleRecord(),
      everyVerdict,
      sampleRecord({ checks: [] }),
      sampleRecord({ checks: [sampleCheck('skipped'), sampleCheck('passed', { id: 'AGENT-02' })] }),
      sampleRecord({ endedAt: null, state: 'running' }),
    ];

    for (const record of records) expect(problemsOf(jsonOf(record))).toEqual([]);
    expect(new Set(records.map((record) => decide(record).decision)).size).toBe(4);
  });

  test.each([
    ['a field of our own outside extra', (text: string) => text.replace('"rawStatus"', '"verdict"')],
    [
      'a status that the format does not know',
      (text: string) => text.replace('"status":"other"', '"status":"unknown"'),
    ],
    [
      'a duration that is no whole number',
      (text: string) => text.replace(/"duration":\d+/, '"duration":0.5'),
    ],
    ['a summary without one of its counts', (text: string) => text.replace(/"pending":\d+,/, '')],
  ])('would be refused by it with %s', (_what, broken) => {
    const text = JSON.stringify(jsonOf(everyVerdict));

    expect(broken(text)).not.toBe(text);
    expect(problemsOf(JSON.parse(broken(text)))).not.toEqual([]);
  });

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
