import { XMLParser, XMLValidator } from 'fast-xml-parser';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { RunRecord } from '../evidence/run-record.ts';
import { sampleAttempt, sampleCheck, sampleRecord } from '../evidence/testing/sample-record.ts';
import { type Verdict, VERDICTS } from '../evidence/verdict.ts';
import { decide } from '../gate/decide.ts';
import { junitXml } from './junit.ts';

const counts = {
  tests: z.coerce.number(),
  failures: z.coerce.number(),
  errors: z.coerce.number(),
  skipped: z.coerce.number(),
};
const detail = z.looseObject({
  message: z.string(),
  type: z.string().optional(),
  '#text': z.string().optional(),
});
const testcase = z.looseObject({
  name: z.string(),
  classname: z.string(),
  time: z.string(),
  failure: detail.optional(),
  error: detail.optional(),
  skipped: detail.optional(),
});
const file = z.looseObject({
  testsuites: z.looseObject({
    ...counts,
    testsuite: z.array(z.looseObject({ ...counts, name: z.string(), testcase: z.array(testcase) })),
  }),
});

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  trimValues: false,
  isArray: (name) => ['testsuite', 'testcase', 'property'].includes(name),
});

function textOf(record: RunRecord): string {
  return junitXml(record, decide(record));
}
function read(record: RunRecord): z.infer<typeof file>['testsuites'] {
  const xml = textOf(record);
  expect(XMLValidator.validate(xml)).toBe(true);
  return file.parse(parser.parse(xml)).testsuites;
}
const all = VERDICTS.map((verdict, at) =>
  sampleCheck(verdict, { id: `AGENT-1${at}`, suite: at % 2 ? 'api' : 'auth' }),
);

describe('JUnit report', () => {
  test('reads back with each verdict as what it is', () => {
    const cases = read(sampleRecord({ checks: all })).testsuite.flatMap((suite) => suite.testcase);
    const kinds = Object.fromEntries(
      VERDICTS.map((verdict, at) => {
        const found = cases.find(({ name }) => name.startsWith(`AGENT-1${at} `));
        return [
          verdict,
          ['failure', 'error', 'skipped'].filter((kind) => found !== undefined && kind in found),
        ];
      }),
    );

    expect(kinds).toEqual({
      passed: [],
      flaky: [],
      failed: ['failure'],
      inconclusive: ['error'],
      blocked: ['error'],
      'not-run': ['error'],
      skipped: ['skipped'],
    });
  });

  test('says rule, expected and got in a failure, and the reason in an error', () => {
    const cases = read(sampleRecord({ checks: all })).testsuite.flatMap((suite) => suite.testcase);

    expect(cases.find(({ name }) => name.startsWith('AGENT-11'))?.failure).toMatchObject({
      type: 'ORD-TERMINAL-MISSING',
      message: 'ORD-TERMINAL-MISSING: expected agent_completed, got silence (turn 1)',
    });
    expect(cases.find(({ name }) => name.startsWith('AGENT-13'))?.error).toMatchObject({
      type: 'HTTP_FAILED',
      message: 'inconclusive: expected an answer, got none',
    });
    expect(cases.find(({ name }) => name.startsWith('AGENT-16'))?.error?.message).toBe(
      'not-run: never asked',
    );
  });

  test('has totals that are the sum of its suites, which are the sum of their cases', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom<Verdict>(...VERDICTS), { maxLength: 12 }), (verdicts) => {
        const checks = verdicts.map((verdict, at) =>
          sampleCheck(verdict, { id: `AGENT-${String(at + 10)}`, suite: `suite-${at % 3}` }),
        );
        const root = read(sampleRecord({ checks }));
        const sum = (name: keyof typeof counts): number =>
          root.testsuite.reduce((total, suite) => total + suite[name], 0);

        expect(root).toMatchObject({
          tests: verdicts.length + 1,
          failures: sum('failures'),
          errors: sum('errors'),
          skipped: sum('skipped'),
        });
        for (const suite of root.testsuite) {
          const having = (kind: 'failure' | 'error' | 'skipped'): number =>
            suite.testcase.filter((each) => each[kind] !== undefined).length;
          expect(suite).toMatchObject({
            tests: suite.testcase.length,
            failures: having('failure'),
            errors: having('error'),
            skipped: having('skipped'),
          });
        }
        const names = root.testsuite.flatMap(({ testcase: cases }) =>
          cases.map((each) => each.classname + each.name),
        );
        expect(new Set(names).size).toBe(names.length);
      }),
      { numRuns: 100 },
    );
  });

  test.each([
    ['GO', [sampleCheck('passed')], undefined],
    ['NO_GO', [sampleCheck('failed')], 'failure'],
    ['INCONCLUSIVE', [sampleCheck('blocked')], 'error'],
    ['CONDITIONAL_GO', [sampleCheck('passed'), sampleCheck('flaky', { id: 'API-01' })], undefined],
  ])('shows %s as a case of its own', (decision, checks, kind) => {
    const record = sampleRecord({ checks });
    const gate = read(record).testsuite.find(({ name }) => name === 'gate');

    expect(decide(record).decision).toBe(decision);
    expect(gate?.testcase).toMatchObject([{ name: 'gate.decision', classname: 'stagegate.gate' }]);
    expect(['failure', 'error'].filter((name) => name in (gate?.testcase[0] ?? {}))).toEqual(
      kind === undefined ? [] : [kind],
    );
    expect(textOf(record)).toContain(' planned = ');
  });

  test('is never an empty green file: a run without checks has an error', () => {
    const root = read(sampleRecord({ checks: [] }));

    expect(root).toMatchObject({ tests: 1, failures: 0, errors: 1 });
    expect(root.testsuite[0]?.testcase[0]?.error?.message).toContain('INCONCLUSIVE');
  });

  test('gives the same text for the same record', () => {
    expect(textOf(sampleRecord({ checks: all }))).toBe(textOf(sampleRecord({ checks: all })));
  });

  const hostile = [
    'a ]]> b',
    '<script>alert(1)</script>',
    '</failure></testcase><testcase name="all green"/>',
    '"quoted" & \'single\' &amp; &#x0;',
    'emoji 🚀 and 中文',
    '\u0000\u0001\u001b[31m\u007f\u0085',
    '\ud83d lone \ude80',
    '\ufffe\uffff',
    'true',
    '',
  ];
  test.each(hostile)('stays XML with %j in every text', (text) => {
    const violation = { rule: 'ORD-TERMINAL-MISSING', expected: text, actual: text, where: text };
    const reason = { code: 'HTTP_FAILED', message: text, next: text } as const;
    const record = sampleRecord({
      checks: [
        sampleCheck('failed', {
          title: text || '-',
          attempts: [sampleAttempt('failed', { violations: [violation] })],
        }),
        sampleCheck('inconclusive', { id: 'API-01', attempts: [sampleAttempt('inconclusive', { reason })] }),
        sampleCheck('skipped', { id: 'API-02', attempts: [sampleAttempt('skipped', { reason })] }),
      ],
    });
    const xml = textOf(record);
    const root = read(record);

    expect(root).toMatchObject({ tests: 4, failures: 2, errors: 1, skipped: 1 });
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|<script|all green"\/>/);
    expect(Buffer.from(xml, 'utf8').toString('utf8')).toBe(xml);
  });

  test('keeps emoji, quotes and markup readable once it is parsed', () => {
    const expected = '<b>"5" & \'6\'</b> 🚀 ]]>';
    const violations = [{ rule: 'ORD-TERMINAL-MISSING', expected, actual: 'x', where: 'y' }];
    const record = sampleRecord({
      checks: [sampleCheck('failed', { attempts: [sampleAttempt('failed', { violations })] })],
    });
    const [, suite] = read(record).testsuite;

    expect(suite?.testcase[0]?.failure?.['#text']).toBe(
      `ORD-TERMINAL-MISSING: expected ${expected}, got x (y)`,
    );
  });
});
