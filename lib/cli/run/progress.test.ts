import { writeFileSync } from 'node:fs';
import { Chalk } from 'chalk';
import { describe, expect, test } from 'vitest';
import { sampleSettings } from '../../config/testing/sample-settings.ts';
import { createPlan } from '../../evidence/plan.ts';
import type { RungResult } from '../../evidence/run-record.ts';
import { sampleAttempt, samplePlannedCheck } from '../../evidence/testing/sample-record.ts';
import { TemporaryFolder } from '../../foundation/testing/temporary-folder.ts';
import type { Policy } from '../../gate/policy.ts';
import { Progress } from './progress.ts';
import { select } from './selection.ts';

function start(): { readonly progress: Progress; readonly lines: string[] } {
  const lines: string[] = [];
  const out = (text: string): void => void lines.push(text);
  return { lines, progress: new Progress({ chalk: new Chalk({ level: 1 }), out, interactive: false }) };
}

const POLICY: Policy = {
  schema: 1,
  name: 'default',
  checks: 'all',
  revision: 'required',
  missingCapabilities: [],
  observer: { maxEventLoopLagP99Ms: 250 },
};

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

  test('counts the requests of a run before it starts, with those that a fingerprint costs', () => {
    const plan = createPlan([samplePlannedCheck({ id: 'API-01', requests: 10 })]);
    const of = (policy: Partial<Policy>): string => {
      const { progress, lines } = start();
      progress.settings({
        version: '0.1.0',
        seed: 7,
        settings: { ...sampleSettings(), embedded: false, requestsPerMinute: 60 },
        report: [],
        warnings: [],
        plan,
        selection: select(plan.checks, {
          suites: [],
          checks: [],
          pattern: null,
          shard: null,
          shortPlan: false,
        }),
        policy: { ...POLICY, ...policy },
      });
      return lines.join('');
    };

    expect(of({})).toContain('  up to 10 requests at 60 a minute: about 10 s\n');
    expect(of({ revision: 'fingerprint', fingerprint: { generation: 'G3' } })).toContain(
      '  up to 24 requests at 60 a minute: about 24 s\n',
    );
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
