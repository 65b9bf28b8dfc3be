import { describe, expect, test } from 'vitest';
import type { RecordedCheck, RunRecord } from '../evidence/run-record.ts';
import { sampleAttempt, sampleCheck, sampleRecord } from '../evidence/testing/sample-record.ts';
import { type Execution, judgeProof } from './judgement.ts';
import { sampleEntry } from './testing/sample-entry.ts';

const RED_TEXT =
  '  expected  an event\n  got       silence\n  where     turn 1\n  next      look at it ORD-TERMINAL-MISSING\n';
const entry = sampleEntry({ failed: [{ check: 'AGENT-01', rules: ['ORD-TERMINAL-MISSING'] }] });
const rung = sampleCheck('passed', { id: 'PRE-01', rung: 'dns' });
const red = sampleCheck('failed');

const blocked = (id: string, by: string): RecordedCheck =>
  sampleCheck('blocked', { id, attempts: [sampleAttempt('blocked', { id, blockedBy: by })] });

function execution(checks: readonly RecordedCheck[], fields: Partial<Execution> = {}): Execution {
  const record: RunRecord = sampleRecord({ checks: [...checks] });
  return {
    record,
    exitCode: 1,
    reasons: [],
    output: RED_TEXT,
    report: '',
    firings: 3,
    tokensIn: [],
    ...fields,
  };
}

describe('the judgement of a proof', () => {
  test('credits the right check, red by the right rule, and nothing else', () => {
    expect(judgeProof(entry, execution([rung, red, blocked('AGENT-02', 'AGENT-01')]))).toEqual([]);
  });

  test.for([0, null])('credits nothing to a fault that fired %s times', (firings) => {
    const problems = judgeProof(entry, execution([rung, red], { firings }));

    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('no-op');
  });

  test('demands that a tolerated fault fired, too', () => {
    const tolerated = sampleEntry({ expect: 'no-change', exitCode: 0, because: 'within the contract' });

    expect(judgeProof(tolerated, execution([rung], { exitCode: 0, output: '' }))).toEqual([]);
    expect(judgeProof(tolerated, execution([rung], { exitCode: 0, firings: 0 }))).toEqual([
      expect.stringContaining('no-op'),
    ]);
  });

  test('refuses a named check that stayed green', () => {
    expect(judgeProof(entry, execution([sampleCheck('passed')]))).toEqual([
      expect.stringContaining('expected AGENT-01 to fail'),
    ]);
  });

  test('refuses a named check that is red by another rule, or by one more', () => {
    const other = sampleEntry({ failed: [{ check: 'AGENT-01', rules: ['ORD-REQUIRED-MISSING'] }] });
    const output = `${RED_TEXT} ORD-REQUIRED-MISSING`;

    expect(judgeProof(other, execution([red], { output }))).toEqual([
      expect.stringContaining('by ORD-REQUIRED-MISSING, got ORD-TERMINAL-MISSING'),
    ]);
  });

  test('refuses a false alarm, failed or inconclusive', () => {
    const stranger = sampleCheck('failed', { id: 'API-01' });
    const unsure = sampleCheck('inconclusive', { id: 'API-01' });

    expect(judgeProof(entry, execution([red, stranger]))).toEqual([
      expect.stringContaining('false alarm: API-01 failed'),
    ]);
    expect(judgeProof(entry, execution([red, unsure]))).toEqual([
      expect.stringContaining('false alarm: API-01 is inconclusive'),
    ]);
  });

  test.for(['skipped', 'flaky', 'not-run'] as const)('refuses a check that is %s', (verdict) => {
    const problems = judgeProof(entry, execution([red, sampleCheck(verdict, { id: 'API-01' })]));

    expect(problems).toEqual([`expected API-01 to be judged, got ${verdict}`]);
  });

  test('follows what is blocked to a named check or its rung, and refuses another cause', () => {
    const onRung = sampleEntry({ failed: [{ check: 'PRE-01', rules: ['ORD-TERMINAL-MISSING'] }] });
    const broken = sampleCheck('failed', { id: 'PRE-01', rung: 'dns' });

    expect(
      judgeProof(
        onRung,
        execution([broken, blocked('PRE-02', 'dns'), blocked('HS-01', 'PRE-02'), blocked('HS-02', 'HS-01')]),
      ),
    ).toEqual([]);
    expect(judgeProof(entry, execution([red, blocked('HS-01', 'token')]))).toEqual([
      expect.stringContaining('expected HS-01 to be blocked by AGENT-01, got token'),
    ]);
  });

  test('ends on a ring of blocked checks', () => {
    expect(
      judgeProof(entry, execution([red, blocked('HS-01', 'HS-02'), blocked('HS-02', 'HS-01')])),
    ).toHaveLength(2);
  });

  test('refuses another exit code, a run that was cut, a harness fault and checks that were filtered away', () => {
    const whole = execution([red]);
    const record = (fields: Partial<RunRecord>): Execution => ({
      ...whole,
      record: { ...whole.record, ...fields },
    });

    expect(judgeProof(entry, { ...whole, exitCode: 3 })).toEqual([
      expect.stringContaining('expected exit code 1, got 3'),
    ]);
    expect(judgeProof(entry, record({ state: 'interrupted' }))).toEqual([
      expect.stringContaining('got one that is interrupted'),
    ]);
    expect(
      judgeProof(entry, record({ harnessFaults: [{ code: 'WORKER_DIED', message: 'gone', next: null }] })),
    ).toEqual([expect.stringContaining('WORKER_DIED')]);
    expect(judgeProof(entry, execution([red, { ...rung, selected: false }]))).toEqual([
      expect.stringContaining('expected PRE-01 to be selected'),
    ]);
  });

  test('demands that the reader is told the rule, what was expected, got, where, and the next step', () => {
    const silent = judgeProof(entry, execution([red], { output: 'NO-GO' }));

    expect(silent.join()).toContain('to name ORD-TERMINAL-MISSING');
    expect(silent.join()).toContain('expected, got, where and next');
    expect(judgeProof({ ...entry, reason: 'several revisions answered' }, execution([red])).join()).toContain(
      'several revisions answered',
    );
  });

  test('demands that an unknown says what it expected and got', () => {
    const unknown = sampleEntry({ exitCode: 3, inconclusive: ['AGENT-01'] });
    const vague = sampleAttempt('inconclusive', {
      reason: { code: 'HTTP_FAILED', message: 'it broke', next: null },
    });
    const run = (attempts: RecordedCheck['attempts']): Execution =>
      execution([sampleCheck('inconclusive', { attempts })], { exitCode: 3 });

    expect(judgeProof(unknown, run([sampleAttempt('inconclusive')]))).toEqual([]);
    expect(judgeProof(unknown, run([vague]))).toEqual([expect.stringContaining('got: it broke')]);
    expect(judgeProof(unknown, execution([sampleCheck('passed')], { exitCode: 3 })).slice(0, 1)).toEqual([
      expect.stringContaining('expected AGENT-01 to be inconclusive, got passed'),
    ]);
  });

  test('demands the warning that the entry declares', () => {
    const warns = sampleEntry({
      expect: 'warning',
      exitCode: 0,
      warning: { check: 'AGENT-01', text: 'silence of 64 s' },
    });
    const warned = sampleCheck('passed', {
      attempts: [sampleAttempt('passed', { warnings: ['a silence of 64 s'] })],
    });

    expect(judgeProof(warns, execution([warned], { exitCode: 0 }))).toEqual([]);
    expect(judgeProof(warns, execution([sampleCheck('passed')], { exitCode: 0 }))).toEqual([
      expect.stringContaining('silence of 64 s'),
    ]);
  });

  test('refuses a token in an output and an artifact scan that found one', () => {
    const leak = { state: 'leak' as const, files: [], findings: [] };
    const whole = execution([red]);

    expect(judgeProof(entry, { ...whole, tokensIn: ['report.md'] })).toEqual([
      expect.stringContaining('report.md'),
    ]);
    expect(judgeProof(entry, { ...whole, record: { ...whole.record, artifactScan: leak } })).toEqual([
      expect.stringContaining('clean artifact scan'),
    ]);
  });

  test('demands that the run used the setting which an entry breaks', () => {
    const wrong = sampleEntry({
      settings: { BACKEND_URL: 'http://127.0.0.1:1' },
      exitCode: 3,
      inconclusive: ['AGENT-01'],
    });
    const whole = execution([sampleCheck('inconclusive')], { exitCode: 3, firings: null });
    const settings = [{ name: 'BACKEND_URL', value: 'http://127.0.0.1:1', origin: 'embedded backend' }];

    expect(judgeProof(wrong, { ...whole, record: { ...whole.record, settings } })).toEqual([]);
    expect(judgeProof(wrong, whole)).toEqual([
      expect.stringContaining('expected the run to use BACKEND_URL=http://127.0.0.1:1'),
    ]);
  });
});
