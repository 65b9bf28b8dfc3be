import { describe, expect, test } from 'vitest';
import { diagnose } from '../diagnosis/diagnose.ts';
import type { RunRecord } from '../evidence/run-record.ts';
import { sampleAttempt, sampleCheck, sampleRecord } from '../evidence/testing/sample-record.ts';
import { decide } from '../gate/decide.ts';
import { annotations } from './annotation.ts';

const linesOf = (record: RunRecord): readonly string[] =>
  annotations(record, decide(record), diagnose(record, []));

describe('annotations for GitHub', () => {
  test('are none for a GO', () => {
    expect(linesOf(sampleRecord())).toEqual([]);
  });

  test('begin with the decision, keep to ten and say how many more there are', () => {
    const checks = Array.from({ length: 30 }, (_, at) => sampleCheck('failed', { id: `API-${at + 10}` }));
    const lines = linesOf(sampleRecord({ checks }));

    expect(lines).toHaveLength(10);
    expect(lines[0]).toMatch(/^::error title=NO-GO::/);
    expect(lines.at(-1)).toMatch(/^::error title=stagegate::\d+ more in report\.md$/);
  });

  test('warn of a part without a red, and call a part with one an error', () => {
    const partial = (verdict: 'passed' | 'failed' | 'inconclusive'): readonly string[] =>
      linesOf(
        sampleRecord({
          checks: [sampleCheck(verdict), sampleCheck('not-run', { id: 'API-02', selected: false })],
          selection: { ...sampleRecord().selection, scope: 'partial' },
        }),
      );

    expect(partial('passed')[0]).toMatch(/^::warning title=INCONCLUSIVE \(partial run\)::/);
    expect(partial('inconclusive')[0]).toMatch(/^::error title=INCONCLUSIVE/);
    expect(partial('failed')[0]).toMatch(/^::error title=NO-GO/);
  });

  test('name check, rule and file, and let no text of the target begin a command of its own', () => {
    const violation = { rule: 'X', expected: 'a', actual: '\n::set-output name=a::b%', where: 'w' };
    const check = sampleCheck('failed', {
      id: 'API-01',
      file: 'suites/api/a,b.spec.ts',
      attempts: [sampleAttempt('failed', { id: 'API-01', violations: [violation] })],
    });
    const lines = linesOf(sampleRecord({ checks: [check] }));

    expect(lines.filter((line) => !line.startsWith('::error '))).toEqual([]);
    expect(lines.join('\n').split('\n')).toHaveLength(lines.length);
    expect(lines.at(-1)).toContain('file=suites/api/a%2Cb.spec.ts,line=1,title=API-01 X::');
    expect(lines.at(-1)).toContain('b%25');
  });
});
