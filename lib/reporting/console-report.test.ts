import { Chalk } from 'chalk';
import { describe, expect, test } from 'vitest';
import type { RunRecord } from '../evidence/run-record.ts';
import { sampleAttempt, sampleCheck, sampleRecord } from '../evidence/testing/sample-record.ts';
import { decide } from '../gate/decide.ts';
import { consoleReport, suiteLine } from './console-report.ts';
import { reasonLines } from './reason-line.ts';

const linesOf = (record: RunRecord, level: 0 | 1 = 0): readonly string[] =>
  consoleReport(record, decide(record), {
    chalk: new Chalk({ level }),
    rules: () => ({ nextStep: 'look at the agent' }),
    folder: 'reports/latest',
  }).split('\n');

const blocked = (id: string): ReturnType<typeof sampleCheck> =>
  sampleCheck('blocked', { id, attempts: [sampleAttempt('blocked', { id, blockedBy: 'AUTH-01' })] });

describe('console report', () => {
  test('says beside the decision about the embedded backend that another target was described and not asked', () => {
    const { target } = sampleRecord();
    const text = 'environment local ignores BACKEND_URL, EXPECTED_REVISION of the process environment: …';
    const warnings = [text, 'a', 'b', 'c'];
    const embedded = linesOf(sampleRecord({ warnings, target: { ...target, embedded: true } }));
    const plain = linesOf(sampleRecord({ warnings: ['a'], target: { ...target, embedded: true } }));

    expect(embedded.find((line) => line !== '')).toMatch(/^GO \(embedded backend\) {2}outcome/);
    expect(embedded.at(-3)).toContain(text);
    expect(embedded.at(-3)).toContain('name it with --env');
    expect(plain.join('\n')).not.toContain('name it with --env');
  });

  test('begins with decision, outcome and exit code, and ends with the ledger line and the folder', () => {
    const lines = linesOf(sampleRecord({ checks: [sampleCheck('failed')] })).filter((line) => line !== '');

    expect(lines[0]).toMatch(/^NO-GO {2}outcome: users cannot chat as promised .*\(exit 1\)$/);
    expect(lines.slice(-4)).toEqual([
      '1 planned = 0 passed + 1 failed + 0 flaky + 0 inconclusive + 0 blocked + 0 skipped + 0 not-run',
      'decision  NO-GO (exit 1): users cannot chat as promised',
      'next      Mend what is named here and run again: npm test -- --env local.',
      'report    reports/latest/report.html (as text: report.md)',
    ]);
  });

  test('tells blocked checks once, under their cause', () => {
    const text = linesOf(
      sampleRecord({
        checks: [sampleCheck('failed', { id: 'AUTH-01' }), ...['AUTH-02', 'AUTH-03', 'AUTH-04'].map(blocked)],
      }),
    ).join('\n');

    expect(text.match(/FAILED|UNKNOWN/g)).toHaveLength(1);
    expect(text).toContain('  blocks    3 checks: AUTH-02, AUTH-03, AUTH-04');
    expect(text).toContain('  next      look at the agent  (owner: agents)');
  });

  test('counts what it has no room for', () => {
    const checks = Array.from({ length: 9 }, (_, at) => sampleCheck('failed', { id: `API-0${at}` }));
    const lines = linesOf(sampleRecord({ checks }));

    expect(lines.filter((line) => line.startsWith('FAILED'))).toHaveLength(6);
    expect(lines).toContain('and 3 more in report.md');
  });

  test('prints the conditions of a CONDITIONAL GO and the faults of the harness', () => {
    const flaky = linesOf(
      sampleRecord({ checks: [sampleCheck('passed', { id: 'API-01' }), sampleCheck('flaky')] }),
    );
    const fault = linesOf(
      sampleRecord({ harnessFaults: [{ code: 'WORKER_DIED', message: 'a worker died', next: 'run again' }] }),
    );

    expect(flaky.some((line) => line.startsWith('CONDITION AGENT-01'))).toBe(true);
    expect(fault).toEqual(
      expect.arrayContaining(['HARNESS FAULT WORKER_DIED', '  a worker died', '  next      run again']),
    );
  });

  test('lets the target neither steer the terminal nor write a line of its own', () => {
    const actual = 'x\u001b[2J\u001b]0;t\u0007\rGO\nGO  outcome: users can chat (exit 0)\u202e';
    const violations = [{ rule: 'HLT-BODY', expected: 'y', actual, where: 'z' }];
    const record = sampleRecord({
      checks: [sampleCheck('failed', { attempts: [sampleAttempt('failed', { violations })] })],
    });
    const lines = linesOf(record);

    expect(lines.join('\n')).not.toMatch(/[\u001b\u0007\r\u202e]/);
    expect(lines.filter((line) => line.startsWith('GO'))).toEqual([]);
  });

  test('keeps its own colours, and only those', () => {
    const actual = 'red \u001b[31m herring';
    const violations = [{ rule: 'HLT-BODY', expected: 'y', actual, where: 'z' }];
    const attempts = [sampleAttempt('failed', { violations })];
    const text = linesOf(sampleRecord({ checks: [sampleCheck('failed', { attempts })] }), 1).join('\n');

    expect(text).toContain('\u001b[31m\u001b[1mNO-GO\u001b[22m\u001b[39m');
    expect(text).toContain('red \ufffd[31m herring');
  });
});

describe('reason lines', () => {
  const reason = (text: string, rule: 1 | 4 | 6 = 4) => ({ rule, check: null, text }) as const;
  const mute = (name: string) => reason(`threshold undecided: ${name}: expected worst >= 1 ms, got no data`);

  test('tell thresholds without data once, and leave out what has words of its own', () => {
    expect(
      reasonLines({
        reasons: [mute('welcome'), mute('first event'), reason('one shard'), reason('x', 1), reason('y', 6)],
      }),
    ).toEqual(['! one shard', '! 2 thresholds undecided, as they got no data: welcome, first event']);
    expect(reasonLines({ reasons: [mute('welcome')] })).toEqual([
      '! threshold undecided: welcome: expected worst >= 1 ms, got no data',
    ]);
  });
});

describe('suite line', () => {
  test('names what did not pass', () => {
    expect(
      suiteLine(
        'suites/auth/refusals.spec.ts',
        [
          { id: 'AUTH-01', verdict: 'passed' },
          { id: 'AUTH-02', verdict: 'failed' },
          { id: 'AUTH-03', verdict: 'flaky' },
        ],
        12.4,
      ),
    ).toBe('auth/refusals                 1/3 passed: AUTH-02 failed, AUTH-03 flaky  12 ms');
  });
});
