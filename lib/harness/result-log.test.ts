import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { resultLineSchema } from '../evidence/result-line.ts';
import { sampleAttempt, samplePlannedCheck } from '../evidence/testing/sample-record.ts';
import { HarnessError } from '../foundation/errors.ts';
import { SecretIndex } from '../foundation/redaction.ts';
import { TemporaryFolder } from '../foundation/testing/temporary-folder.ts';
import { Observer } from './observer.ts';
import { ResultLog } from './result-log.ts';

describe('result log', () => {
  test('writes lines that the runner reads, as they happen', () => {
    using folder = new TemporaryFolder();
    const path = folder.file('results-w1.ndjson');
    const log = new ResultLog(path, (line) => line);
    const lines = (): readonly unknown[] =>
      readFileSync(path, 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => resultLineSchema.parse(JSON.parse(line)));

    log.declare(samplePlannedCheck());
    log.started('AGENT-01', 1);
    expect(lines()).toHaveLength(2);
    log.ended(sampleAttempt('failed'));
    log.fault(new HarnessError('HOOK_FAILED', 'an import failed', { next: 'mend it' }));
    log.observer(new Observer().health());

    expect(lines()).toEqual([
      { line: 'declared', check: samplePlannedCheck() },
      { line: 'started', id: 'AGENT-01', attempt: 1 },
      { line: 'ended', result: sampleAttempt('failed') },
      { line: 'fault', code: 'HOOK_FAILED', message: 'an import failed', next: 'mend it' },
      { line: 'observer', eventLoopLagP99Ms: 0, eventLoopLagMaxMs: 0, samples: 0 },
    ]);
  });

  test('lets no secret through that stands in a violation or an error', () => {
    using folder = new TemporaryFolder();
    const path = folder.file('results-w1.ndjson');
    const secrets = new SecretIndex();
    secrets.register('Zq7Lw2Xv9Kp4Rt6Y', 'bypass key');
    const log = new ResultLog(path, (line) => secrets.redact(line));
    const actual = 'the body said "Zq7Lw2Xv9Kp4Rt6Y"';
    log.ended(
      sampleAttempt('failed', { violations: [{ rule: 'SEC-KEY-SHOWN', expected: 'x', actual, where: 'y' }] }),
    );
    log.fault(new HarnessError('UNEXPECTED_ERROR', actual));
    const text = readFileSync(path, 'utf8');

    expect(text).not.toContain('Zq7Lw2Xv');
    for (const line of text.trim().split('\n')) resultLineSchema.parse(JSON.parse(line));
  });
});

describe('observer', () => {
  test('measures a blocked event loop while a check runs, and nothing between checks', async () => {
    const observer = new Observer();
    const block = async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      const until = performance.now() + 120;
      while (performance.now() < until);
      await new Promise((resolve) => setTimeout(resolve, 30));
    };
    await block();
    expect(observer.health().samples).toBe(0);

    const release = observer.watch();
    await block();
    release();

    expect(observer.health().eventLoopLagMaxMs).toBeGreaterThan(60);
    expect(observer.health().eventLoopLagP99Ms).toBeGreaterThan(60);
  });
});
