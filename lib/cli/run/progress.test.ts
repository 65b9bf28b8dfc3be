import { writeFileSync } from 'node:fs';
import { Chalk } from 'chalk';
import { describe, expect, test } from 'vitest';
import type { RungResult } from '../../evidence/run-record.ts';
import { sampleAttempt } from '../../evidence/testing/sample-record.ts';
import { TemporaryFolder } from '../../foundation/testing/temporary-folder.ts';
import { Progress } from './progress.ts';

function start(): { readonly progress: Progress; readonly lines: string[] } {
  const lines: string[] = [];
  const out = (text: string): void => void lines.push(text);
  return { lines, progress: new Progress({ chalk: new Chalk({ level: 1 }), out, interactive: false }) };
}

const rung = (name: string, state: RungResult['state'], actual: string): RungResult => ({
  rung: name,
  title: name,
  owner: 'operations',
  state,
  blockedBy: null,
  expected: '-',
  actual,
  next: '-',
  rule: null,
  warnings: [],
  elapsedMs: 10,
  evidence: [],
});

describe('progress', () => {
  test('names the first rung that does not hold, without what the target smuggled in', () => {
    const { progress, lines } = start();
    progress.preflight([
      rung('dns', 'held', 'x'),
      rung('health', 'broken', 'HTTP 500: \u001b[2J\nGO  fine'),
      rung('token', 'blocked', 'not asked'),
    ]);

    expect(lines).toEqual([
      'ladder                        1/3 rungs hold; first that does not: health (HTTP 500: \ufffd[2J GO  fine)  30 ms\n',
    ]);
  });

  test('does not count a rung that does not apply among those that hold', () => {
    const { progress, lines } = start();
    progress.preflight([rung('dns', 'held', 'x'), rung('tls', 'not-applicable', 'plain')]);

    expect(lines).toEqual(['ladder                        1/1 rungs hold, 1 not applicable  20 ms\n']);
  });

  test('counts the checks of a spec file from what its worker wrote, once', () => {
    using folder = new TemporaryFolder();
    const { progress, lines } = start();
    const ended = (id: string, verdict: 'passed' | 'failed'): string =>
      `${JSON.stringify({ line: 'ended', result: sampleAttempt(verdict, { id }) })}\n`;
    const file = folder.file('results-w1.ndjson');
    writeFileSync(file, ended('API-01', 'passed'));
    progress.module('suites/api/threads.spec.ts', 'started', folder.path);
    progress.module('suites/api/threads.spec.ts', 'ended', folder.path);
    writeFileSync(file, ended('AUTH-01', 'failed') + ended('AUTH-02', 'passed').slice(0, -4), { flag: 'a' });
    progress.module('suites/auth/refusals.spec.ts', 'ended', folder.path);

    expect(lines).toEqual([
      expect.stringMatching(/^api\/threads +1\/1 passed {2}\d+ ms\n$/),
      expect.stringMatching(/^auth\/refusals +0\/1 passed: AUTH-01 failed {2}\d+ ms\n$/),
    ]);
  });
});
