import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PlantedTree, type ToolRun } from './planted-tree.ts';

describe('npm run check', () => {
  test.each([
    ['passes when every job does', 'good fine', 0, ['2 passed, 0 failed']],
    ['lets the others end when one fails', 'bad good', 1, ['bad   FAILED', 'good  ok', '1 passed, 1 failed']],
    ['shows what a failing job said', 'bad', 1, ['what is wrong', '0 passed, 1 failed']],
    ['counts a job that a signal ended as failed', 'killed good', 1, ['1 passed, 1 failed']],
    ['refuses a job that is no script', 'missing', 1, ['expected a script of package.json, got missing']],
  ])('%s', async (_name, jobs, code, said) => {
    using tree = new PlantedTree({
      'package.json': JSON.stringify({
        scripts: { good: 'true', fine: 'true', bad: 'echo what is wrong; exit 3', killed: 'kill -9 $$' },
      }),
    });

    const run = await tree.command(`node .ci/check.mjs ${jobs}`);

    expect(run.code).toBe(code);
    for (const text of said) expect(run.output).toContain(text);
  });

  test('has a script for each of its jobs', async () => {
    using tree = new PlantedTree({});
    const scripts: unknown = JSON.parse(tree.read('package.json'));
    const names = [...tree.read('.ci/check.mjs').matchAll(/^ {2}'([a-z:]+)',$/gm)].map(([, name]) => name);

    expect(names.length).toBeGreaterThan(7);
    for (const name of names) expect(scripts).toHaveProperty(['scripts', String(name)]);
  });
});

describe('.ci/run', () => {
  test.each([
    ['adds up what ran', { check: '8 passed, 0 failed', exits: [0, 0, 0, 0] }, 0, '16 passed, 0 failed'],
    [
      'fails with a job of check',
      { check: '7 passed, 1 failed', exits: [0, 1, 0, 0] },
      1,
      '15 passed, 1 failed',
    ],
    [
      'fails with a proof of a proxy',
      { check: '8 passed, 0 failed', exits: [0, 0, 1, 0] },
      1,
      '15 passed, 1 failed',
    ],
    ['fails with npm test', { check: '8 passed, 0 failed', exits: [0, 0, 0, 3] }, 1, '15 passed, 1 failed'],
    ['stops when nothing could be installed', { check: '', exits: [1, 0, 0, 0] }, 1, '0 passed, 1 failed'],
    [
      'fails when check ends without its counts',
      { check: 'ok', exits: [0, 0, 0, 0] },
      1,
      '8 passed, 1 failed',
    ],
    [
      'believes neither of two that disagree',
      { check: '8 passed, 0 failed', exits: [0, 1, 0, 0] },
      1,
      '16 passed, 1 failed',
    ],
  ])(
    '%s',
    async (_name, { check, exits: [install = 0, checked = 0, proxied = 0, tested = 0] }, code, last) => {
      const run = await runWith({ install, check, checked, proxied, tested });

      expect(run.output.trimEnd().split('\n').at(-1)).toBe(last);
      expect(run.code).toBe(code);
    },
  );

  test('ends with what the failed jobs printed, and with nothing of the others', async () => {
    const run = await runWith({ install: 0, check: '8 passed, 0 failed', checked: 0, proxied: 1, tested: 0 });

    const [, end = ''] = run.output.split('what failed:');
    expect(end).toContain('npm run check:proxy: exit 1\nprinted by run check:proxy\n');
    expect(end).not.toContain('printed by run check:browser');
  });
});

interface Exits {
  readonly install: number;
  readonly check: string;
  readonly checked: number;
  readonly proxied: number;
  readonly tested: number;
}

/** Runs `.ci/run` with a package manager whose jobs end as told: what it makes of exit codes and counts is the question. */
async function runWith({ install, check, checked, proxied, tested }: Exits): Promise<ToolRun> {
  using tree = new PlantedTree({
    'bin/npm': `#!/bin/sh
case "$1 $2" in
"run check") echo '${check}'; exit ${checked};;
esac
echo "printed by $1 $2"
case "$1 $2" in
"ci "*) exit ${install};;
"run check:proxy") exit ${proxied};;
"run check:browser"|"run check:rehearsal"|"run prove:scenarios") exit 0;;
*) exit ${tested};;
esac
`,
    // Programs that are there already: this test installs nothing.
    'bin/nginx': '#!/bin/sh\n',
    'bin/chromium': '#!/bin/sh\n',
  });
  for (const name of ['nginx', 'chromium', 'npm']) chmodSync(join(tree.root, 'bin', name), 0o755);
  return await tree.command('.ci/run', [join(tree.root, 'bin')]);
}
