import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ProjectCopy, runStagegate } from '../testing/project-copy.ts';

const EXAMPLES = join(process.cwd(), 'docs/ci');

/** The lines of an example that run Stagegate, as the pipeline would run them. */
function commandsOf(file: string): readonly string[] {
  return readFileSync(join(EXAMPLES, file), 'utf8')
    .split('\n')
    .flatMap((line) => /^\s*(?:- |run: )(npm (?:test|run stagegate) .+)$/.exec(line)?.[1] ?? []);
}

describe('examples for pipelines', { timeout: 120_000 }, () => {
  const settings = join(mkdtempSync(join(tmpdir(), 'stagegate-ci-')), 'env');
  const copy = new ProjectCopy({});
  let backend = 0;
  let environment: Readonly<Record<string, string>> = {};
  let ended: Promise<unknown> = Promise.resolve();
  beforeAll(async () => {
    ended = runStagegate(
      undefined,
      ['backend', '--time-scale', '0.1', '--write-env', settings],
      (pid) => (backend = pid),
    );
    await vi.waitUntil(() => existsSync(settings), { timeout: 20_000, interval: 50 });
    const written = parse(readFileSync(settings));
    environment = { ...written, REVISION: written['EXPECTED_REVISION'] ?? '' };
    cpSync('suites', join(copy.root, 'suites'), { recursive: true });
    // All checks are there, so the shipped policy can judge them: only it gives a plain GO.
    cpSync('fixtures/policies/default.json', join(copy.root, 'fixtures/policies/default.json'));
  }, 30_000);
  afterAll(async () => {
    process.kill(backend, 'SIGTERM');
    await ended;
    copy[Symbol.dispose]();
    rmSync(join(settings, '..'), { recursive: true, force: true });
  });

  const shell = async (command: string, extra: Readonly<Record<string, string>> = {}) =>
    new Promise<{ readonly code: number | null; readonly output: string }>((resolve) => {
      const child = spawn('bash', ['-c', command], {
        cwd: copy.root,
        env: { PATH: process.env['PATH'] ?? '', HOME: copy.root, ...environment, ...extra },
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => (output += chunk));
      child.once('close', (code) => resolve({ code, output }));
    });

  test('wait for the deployment, gate it and tell GitHub', async () => {
    const [wait = '', gate = ''] = commandsOf('github-actions.yml');
    const waited = await shell(wait);
    expect(waited.code, waited.output).toBe(0);

    const files = {
      GITHUB_STEP_SUMMARY: join(copy.root, 'summary'),
      GITHUB_OUTPUT: join(copy.root, 'output'),
    };
    const { code, output } = await shell(gate, { GITHUB_ACTIONS: 'true', ...files });
    expect(code, output).toBe(0);
    expect(readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8')).toMatch(/^# GO\n/);
    expect(readFileSync(files.GITHUB_OUTPUT, 'utf8')).toMatch(
      /^decision=GO\nexit_code=0\nreport_dir=.+\nrecord_hash=[0-9a-f]{64}\n$/,
    );
    expect(output).toMatch(/^sealed {4}record [0-9a-f]{64}$/m);
  });

  test('gate in shards and decide by merging them', async () => {
    const [, shard = '', merge = ''] = commandsOf('gitlab-ci.yml');
    for (const index of ['1', '2']) {
      const { code, output } = await shell(shard, {
        CI_NODE_INDEX: index,
        CI_NODE_TOTAL: '2',
        CI_PIPELINE_IID: '41',
      });
      expect(code, output).toBe(3);
    }
    const { code, output } = await shell(merge);
    expect(code, output).toBe(0);
  });
});
