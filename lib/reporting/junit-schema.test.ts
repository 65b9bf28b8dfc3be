import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import type { RecordedCheck } from '../evidence/run-record.ts';
import { sampleAttempt, sampleCheck, sampleRecord } from '../evidence/testing/sample-record.ts';
import { VERDICTS } from '../evidence/verdict.ts';
import { decide } from '../gate/decide.ts';
import { junitXml } from './junit.ts';

const schema = readFileSync(join(import.meta.dirname, 'testing/junit.xsd'), 'utf8');
const errorsOf = async (xml: string): Promise<readonly string[]> => {
  const { errors } = await validateXML({ xml: { fileName: 'junit.xml', contents: xml }, schema });
  return errors.map(({ message }) => message);
};
const xmlOf = (checks: readonly RecordedCheck[]): string => {
  const record = sampleRecord({ checks: [...checks] });
  return junitXml(record, decide(record));
};
const attempts = (...verdicts: readonly Parameters<typeof sampleAttempt>[0][]): RecordedCheck['attempts'] =>
  verdicts.map((verdict, at) => sampleAttempt(verdict, { attempt: at + 1 }));

describe('JUnit report and the schema of the form that CI systems read', () => {
  test('agree for every verdict and every decision', async () => {
    const all = VERDICTS.map((verdict, at) => sampleCheck(verdict, { id: `AGENT-1${at}` }));

    expect(await errorsOf(xmlOf(all))).toEqual([]);
    expect(await errorsOf(xmlOf([]))).toEqual([]);
    for (const verdict of VERDICTS) {
      expect(
        await errorsOf(xmlOf([sampleCheck('passed', { id: 'AGENT-02' }), sampleCheck(verdict)])),
      ).toEqual([]);
    }
  });

  test.each([
    [
      'an element that it does not know',
      (xml: string) => xml.replace('<failure', '<fail').replace('</failure', '</fail'),
    ],
    [
      'a failure beside an error',
      (xml: string) => xml.replace('</failure>', '</failure><error message="" type="x"/>'),
    ],
    ['a time that is no number', (xml: string) => xml.replace('time="0.000"', 'time="0 s"')],
    ['a count that is missing', (xml: string) => xml.replace(/ errors="\d+"/, '')],
    ['two cases of one name', (xml: string) => xml.replaceAll('AGENT-02 ', 'AGENT-01 ')],
    ['an outcome without its type', (xml: string) => xml.replace(/(<failure [^>]*) type="[^"]*"/, '$1')],
  ])('disagree about %s', async (_what, broken) => {
    const whole = xmlOf([sampleCheck('passed', { id: 'AGENT-02' }), sampleCheck('failed')]);

    expect(await errorsOf(whole)).toEqual([]);
    expect(broken(whole)).not.toBe(whole);
    expect(await errorsOf(broken(whole))).not.toEqual([]);
  });

  test('show each attempt before a pass as flaky, without a failure', async () => {
    const xml = xmlOf([sampleCheck('flaky', { attempts: attempts('failed', 'inconclusive', 'passed') })]);

    expect(await errorsOf(xml)).toEqual([]);
    expect(xml.match(/<flakyFailure message="attempt 1: [^"]+" type="ORD-TERMINAL-MISSING">/g)).toHaveLength(
      1,
    );
    expect(xml.match(/<flakyError message="attempt 2: [^"]+" type="HTTP_FAILED">/g)).toHaveLength(1);
    expect(xml).not.toMatch(/<(failure|rerun)/);
    expect(xml).toContain('failures="0"');
  });

  test('show the attempts beside a failure as reruns, and what passed among them as nothing', async () => {
    const xml = xmlOf([
      sampleCheck('failed', { attempts: attempts('failed', 'inconclusive', 'passed', 'failed') }),
      sampleCheck('inconclusive', { id: 'API-01', attempts: attempts('inconclusive', 'inconclusive') }),
    ]);

    expect(await errorsOf(xml)).toEqual([]);
    expect(xml.match(/<failure /g)).toHaveLength(1 + 1);
    expect(xml.match(/<rerunFailure /g)).toHaveLength(1);
    expect(xml.match(/<rerunError /g)).toHaveLength(2);
    expect(xml).not.toContain('<flaky');
  });

  test.each([
    'a ]]> b',
    '</failure></testcase><testcase name="all green"/>',
    '\u0000\u0008\u001b[31mred\u001b[0m\u007f\u0085',
    '\ud83d lone \ude80',
    '\ufffe\uffff',
    '&amp; <b>"5" & \'6\'</b> &#x0; 🚀',
    'true',
    '',
  ])('agree whatever a target says: %j', async (text) => {
    const violation = { rule: 'ORD-TERMINAL-MISSING', expected: text, actual: text, where: text };
    const reason = { code: 'HTTP_FAILED', message: text, next: null } as const;

    expect(
      await errorsOf(
        xmlOf([
          sampleCheck('failed', {
            title: `title ${text}`,
            attempts: [sampleAttempt('failed', { violations: [violation] })],
          }),
          sampleCheck('inconclusive', {
            id: 'API-01',
            attempts: [sampleAttempt('inconclusive', { reason })],
          }),
          sampleCheck('flaky', {
            id: 'API-02',
            attempts: [sampleAttempt('failed', { violations: [violation] }), sampleAttempt('passed')],
          }),
        ]),
      ),
    ).toEqual([]);
  });
});
