import { describe, expect, test } from 'vitest';
import type { RunRecord } from '../evidence/run-record.ts';
import { sampleAttempt, sampleCheck, sampleRecord } from '../evidence/testing/sample-record.ts';
import { decide } from '../gate/decide.ts';
import { markdownReport } from './markdown.ts';

const textOf = (record: RunRecord): string => markdownReport(record, decide(record), () => null);

const HOSTILE =
  '| a | `code` <img src=x onerror=alert(1)> [click](javascript:alert(1)) **bold** _it_\n# heading\n\u001b[31m\\|';

/** A record with one text in every place that something outside of us can fill. */
function filledWith(text: string): RunRecord {
  const violation = { rule: 'HLT-BODY', expected: text, actual: text, where: text };
  return sampleRecord({
    warnings: [text],
    harnessFaults: [{ code: 'HOOK_FAILED', message: text, next: text }],
    settings: [{ name: 'X', value: text, origin: 'file' }],
    selection: { scope: 'partial', filters: [text], repeat: 1, shard: null },
    revision: {
      policy: 'required',
      expected: text,
      readings: [{ source: 'x', revision: text, firstAtMs: 1, lastAtMs: 1, count: 1, evidence: 'm-1' }],
    },
    preflight: [
      {
        rung: 'health',
        title: text,
        owner: 'operations',
        state: 'broken',
        blockedBy: null,
        expected: text,
        actual: text,
        next: text,
        rule: 'HLT-BODY',
        warnings: [],
        elapsedMs: 1,
        evidence: ['m-1'],
      },
    ],
    checks: [
      sampleCheck('failed', {
        title: text,
        attempts: [sampleAttempt('failed', { violations: [violation] })],
      }),
      sampleCheck('inconclusive', {
        id: 'API-01',
        attempts: [
          sampleAttempt('inconclusive', {
            reason: { code: 'HTTP_FAILED', message: text, next: text },
            occurred: text,
            warnings: [text],
          }),
        ],
      }),
    ],
  });
}

describe('Markdown report', () => {
  test('says the decision in its first line and the ledger line before any detail', () => {
    const lines = textOf(sampleRecord({ checks: [sampleCheck('failed')] })).split('\n');

    expect(lines[0]).toBe('# NO-GO');
    expect(lines.findIndex((line) => line.includes('1 planned = 0 passed + 1 failed'))).toBeLessThan(
      lines.findIndex((line) => line.startsWith('## ')),
    );
  });

  test('lists every check of the plan with its verdict, also those that were not selected', () => {
    const checks = [
      sampleCheck('passed', { id: 'API-01' }),
      sampleCheck('not-run', { id: 'API-02', selected: false }),
      sampleCheck('not-run', { id: 'API-03' }),
    ];
    const text = textOf(sampleRecord({ checks }));

    expect(text).toMatch(/^\| API-01 \| passed \|/m);
    expect(text).toMatch(/^\| API-02 \| not-run \|.*not selected \|$/m);
    expect(text).toMatch(/^\| API-03 \| not-run \|.*never asked \|$/m);
  });

  test('lets nothing from outside become markup', () => {
    const text = textOf(filledWith(HOSTILE));
    const unescaped = text.replaceAll(/\\[\\|<>`*_[\]]/g, '');

    expect(unescaped).not.toMatch(/<img|\]\(|`code|\*\*bold|_it_/);
    expect(text).not.toMatch(/^# heading/m);
    expect(text).not.toContain('\u001b');
  });

  test('keeps as many cells in each row as its table has columns', () => {
    const rows = textOf(filledWith(HOSTILE))
      .split('\n')
      .filter((line) => line.startsWith('| '));
    const cells = rows.map((line) => line.replaceAll(/\\[\\|]/g, '').split('|').length - 2);

    // Header and rows of the revision, of the ladder, of the one suite, and of the settings.
    expect(cells).toEqual([8, 8, 4, 4, 5, 5, 5, 3, 3]);
  });

  test('says which connections were told which revision, and how many readings it leaves out', () => {
    const reading = { source: 'header x-service-revision', lastAtMs: 9, count: 2, evidence: 'm-1' };
    const text = (readings: RunRecord['revision']['readings']): string =>
      textOf(sampleRecord({ revision: { policy: 'required', expected: 'a', readings } }));
    const two = text([
      { ...reading, revision: 'bbb', firstAtMs: 5, connections: ['c3'] },
      { ...reading, revision: 'a', firstAtMs: 1, connections: ['c1', 'c2'] },
      { ...reading, revision: null, firstAtMs: 7, source: 'GET /api/system/info' },
    ]);
    const rows = two.split('\n').filter((line) => / (header|GET) /.test(line) && line.startsWith('| '));

    expect(rows).toEqual([
      '| a | the expected one | connection | header x-service-revision | 2 | 1 to 9 | c1, c2 | m-1 |',
      '| bbb | another one | connection | header x-service-revision | 2 | 5 to 9 | c3 | m-1 |',
      '| hidden | hidden | ladder | GET /api/system/info | 2 | 7 to 9 | - | m-1 |',
    ]);
    expect(text(Array.from({ length: 60 }, () => ({ ...reading, revision: 'a', firstAtMs: 1 })))).toContain(
      '\n20 more in run.json.\n',
    );
  });

  test('does not call a GO of the embedded backend a release', () => {
    const { target } = sampleRecord();
    const record = sampleRecord({ target: { ...target, embedded: true } });
    const staging = sampleRecord({ target: { ...target, environment: 'staging' } });

    expect(textOf(record)).toMatch(/^# GO \(embedded backend\)$/m);
    expect(textOf(staging)).toMatch(/^# GO$/m);
    expect(textOf(record)).toMatch(/^- next: Validate a deployment with npm test -- --env staging/m);
    expect(textOf(record)).not.toMatch(/^- next: .*[Rr]elease/m);
    expect(textOf(staging)).toMatch(/^- next: Release; this run can be the baseline/m);
  });

  test('gives the same text for the same record', () => {
    expect(textOf(filledWith(HOSTILE))).toBe(textOf(filledWith(HOSTILE)));
  });
});
