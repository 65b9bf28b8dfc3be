import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ProjectCopy } from '../lib/cli/testing/project-copy.ts';
import { writeLine } from './output.ts';
import { formatSummary, summarize, summarizeRatios } from './statistics.ts';

const ROUNDS = 7;
const FILES = 8;
const CHECKS_PER_FILE = 4;

/** Four small real checks: HTTP with a schema, a session, a ping, a verified token. */
function specText(file: number): string {
  const id = (n: number): string => `CORE-${String(file * CHECKS_PER_FILE + n).padStart(2, '0')}`;
  const definition = (n: number, requires: string): string =>
    `{ id: '${id(n)}', title: 'small check ${id(n)}', severity: 'minor', owner: 'backend', requires: [${requires}] }`;
  return `import { expectBody } from '../../lib/harness/body.ts';
import { check } from '../../lib/harness/check.ts';
check(${definition(1, "'http.answered'")}, async (t) => {
  const health = expectBody(t, 'health', await t.answered('GET', '/health'));
  t.expectEqual('HLT-STATUS', { where: '/health', expected: 'up', actual: health.standing });
});
check(${definition(2, "'ws.open', 'ws.message.in'")}, async (t) => {
  const session = await t.session(t.user());
  t.expectThat(session.threadId !== null, 'WS-SESSION-HANDSHAKE', { where: 'session', expected: 'a thread', actual: 'none' });
});
check(${definition(3, "'ws.open', 'ws.pong'")}, async (t) => {
  const session = await t.session(t.user());
  await session.connection.ping(t.signal);
});
check(${definition(4, "'http.answered'")}, async (t) => {
  const list = await t.answered('GET', '/api/threads', { token: await t.token(t.user()) });
  t.expectEqual('API-STATUS', { where: '/api/threads', expected: 200, actual: list.status });
});
`;
}

const BARE_CONFIG = `export default {
  test: {
    include: ['suites/**/*.spec.ts'],
    pool: 'forks',
    isolate: false,
    fileParallelism: false,
    maxWorkers: 1,
    maxConcurrency: 10000,
    globalSetup: ['bare-setup.ts'],
    setupFiles: ['lib/harness/preflight-wait.ts'],
    allowOnly: false,
  },
};
`;

/** What the bare runner needs to run the same specs: the backend and the context, and nothing else that we do. */
const BARE_SETUP = `import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { handOverFindings } from './lib/config/preflight-handover.ts';
import { transferSettings } from './lib/config/run-context.ts';
import { prepareTarget } from './lib/cli/target/target.ts';
export default async function setup(project) {
  const root = import.meta.dirname;
  const target = await prepareTarget({ root, environment: 'local', faults: [], seed: 1, timeScale: 0.1, expectRevision: null });
  const plan = JSON.parse(readFileSync(join(root, 'suites/plan.json'), 'utf8')).checks;
  const workFolder = mkdtempSync(join(tmpdir(), 'stagegate-bare-'));
  handOverFindings(workFolder, { rungs: [], evidence: [], authTransport: 'authorization-header' });
  project.provide('stagegate', {
    mode: 'run', runId: 'bare-run-0123456789', startedAt: new Date().toISOString(), seed: 1, repeat: 1,
    workFolder, handoverKey: Buffer.alloc(32, 7).toString('base64'),
    plan, selected: plan.map(({ id }) => id), missingCapabilities: [], silence: 'warn',
    caPem: null,
    settings: transferSettings(target.settings),
  });
  return async () => target[Symbol.asyncDispose]();
}
`;

function wallMs(command: readonly string[], cwd: string, expectedCode: number): number {
  const [program = process.execPath, ...words] = command;
  const startedAt = performance.now();
  const result = spawnSync(program, words, {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', CI: '1' },
  });
  const elapsedMs = performance.now() - startedAt;
  if (result.status !== expectedCode) {
    throw new Error(
      `expected ${command.join(' ')} to exit ${expectedCode}, got ${result.status ?? '?'}:\n${result.stdout}${result.stderr}`,
    );
  }
  return elapsedMs;
}

using project = new ProjectCopy(
  Object.fromEntries(
    Array.from({ length: FILES }, (_, file) => [`core/bench-${file}.spec.ts`, specText(file)]),
  ),
);
const floorFolder = join(project.root, 'floor');
for (let file = 0; file < FILES; file += 1) {
  mkdirSync(join(floorFolder, 'tests'), { recursive: true });
  const tests = Array.from(
    { length: CHECKS_PER_FILE },
    (_, n) => `test('t${n}', () => { expect(1).toBe(1); });`,
  ).join('\n');
  writeFileSync(
    join(floorFolder, `tests/empty-${file}.test.ts`),
    `import { expect, test } from 'vitest';\n${tests}\n`,
  );
}
writeFileSync(join(project.root, 'bare.config.ts'), BARE_CONFIG);
writeFileSync(join(project.root, 'bare-setup.ts'), BARE_SETUP);

const node = process.execPath;
const stagegate = join(project.root, 'lib/cli/stagegate.mjs');
const vitest = join(project.root, 'node_modules/vitest/vitest.mjs');
wallMs([node, stagegate, 'plan'], project.root, 0);

/** What a round runs, forth and back, so that drift of the machine hits the gate and its floors alike. */
const MODES = {
  floor: {
    name: 'empty vitest run (8 files, 32 tests, forks, no isolation)',
    wallMs: () => wallMs([node, vitest, 'run', '--pool=forks', '--no-isolate'], floorFolder, 0),
  },
  gate: {
    name: 'the gate: 32 checks, ladder, backend, reports',
    wallMs: () => wallMs([node, stagegate, 'run'], project.root, 0),
  },
  npm: {
    name: 'the gate through npm test',
    wallMs: () => wallMs(['npm', 'test'], project.root, 0),
  },
  badFlag: {
    name: 'a bad flag',
    wallMs: () => wallMs([node, stagegate, 'run', '--bogus'], project.root, 64),
  },
  bare: {
    name: 'the same 32 checks on the bare vitest CLI, no ladder, no reports',
    wallMs: () => wallMs([node, vitest, 'run', '--config', 'bare.config.ts'], project.root, 0),
  },
} as const;
type Mode = keyof typeof MODES;
const ORDER: readonly Mode[] = ['floor', 'gate', 'npm', 'badFlag', 'bare'];

const rounds: ReadonlyMap<Mode, number>[] = [];
for (let round = 0; round <= ROUNDS; round += 1) {
  const sums = new Map<Mode, number>();
  for (const mode of [...ORDER, ...ORDER.toReversed()]) {
    sums.set(mode, (sums.get(mode) ?? 0) + MODES[mode].wallMs() / 2);
  }
  // The first round warms the caches of the file system and of vite.
  if (round > 0) rounds.push(sums);
}

const of = (mode: Mode): readonly number[] => rounds.map((round) => round.get(mode) ?? Number.NaN);
for (const mode of ORDER) writeLine(formatSummary(MODES[mode].name, 'ms', summarize(of(mode)), 0));
const toFloor = summarizeRatios(of('gate'), of('floor'));
const toBare = summarizeRatios(of('gate'), of('bare'));
const badFlag = summarize(of('badFlag'));
writeLine(formatSummary('T5 gate / empty vitest run, bar 2.5', 'ratio', toFloor, 2));
writeLine(formatSummary('T6 gate / bare vitest CLI, bar 1.05', 'ratio', toBare, 2));
writeLine(formatSummary('T6 bad flag, bar 150 ms', 'ms', badFlag, 0));
if (toFloor.median > 2.5 || toBare.median > 1.05 || badFlag.median >= 150) process.exitCode = 1;
