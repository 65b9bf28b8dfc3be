import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { SETTING_LIST } from '../../config/setting-catalogue.ts';
import { type Diagnosis, diagnosisSchema } from '../../diagnosis/diagnosis.ts';
import { ProjectCopy, readDecision, readRecord, runStagegate } from '../testing/project-copy.ts';

const CHECK = `import { check } from '../../lib/harness/check.ts';\n`;
const definition = (id: string, requires: string): string =>
  `{ id: '${id}', title: 'does what is asked', severity: 'critical', owner: 'backend', requires: [${requires}] }`;
const healthy = `${CHECK}check(${definition('CORE-01', "'http.answered'")}, async (t) => {
  const health = await t.answered('GET', '/health');
  t.expectEqual('API-STATUS', { where: '/health', expected: 200, actual: health.status });
});\n`;

async function planAndRun(specs: Readonly<Record<string, string>>, words: readonly string[] = []) {
  using project = new ProjectCopy(specs);
  const planned = await project.stagegate(['plan']);
  expect(planned, planned.output).toMatchObject({ code: 0 });
  const result = await project.stagegate(['run', ...words]);
  return {
    ...result,
    record: project.record(),
    decision: readDecision(join(project.root, 'reports/latest')),
  };
}

async function runWithPlanOf(
  planSpecs: Readonly<Record<string, string>>,
  runSpecs: Readonly<Record<string, string>>,
) {
  using project = new ProjectCopy(planSpecs);
  const planned = await project.stagegate(['plan']);
  expect(planned, planned.output).toMatchObject({ code: 0 });
  for (const [name, text] of Object.entries(runSpecs)) project.write(`suites/${name}`, text);
  const result = await project.stagegate(['run']);
  return { ...result, record: project.record() };
}

function readDiagnosis(folder: string): Diagnosis {
  return diagnosisSchema.parse(JSON.parse(readFileSync(join(folder, 'diagnosis.json'), 'utf8')));
}

/** The process that `runner` started with these words among its arguments; null while there is none. */
function childOf(runner: number, words: string): number | null {
  const processes = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const own = processes
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .find((match) => Number(match?.[2]) === runner && match?.[3]?.includes(words) === true);
  return own === undefined || own === null ? null : Number(own[1]);
}

/** Kills that process as soon as there is one. */
async function killEarly(runner: number, words: string): Promise<void> {
  for (let looks = 0; looks < 400; looks += 1) {
    const pid = childOf(runner, words);
    if (pid !== null) return void process.kill(pid, 'SIGKILL');
    await sleep(20);
  }
}

const verdicts = (record: {
  readonly checks: readonly { readonly id: string; readonly verdict: string }[];
}) => Object.fromEntries(record.checks.map(({ id, verdict }) => [id, verdict]));

/** A check that would pass, with more in its definition than the healthy one. */
const declaredCheck = (id: string, severity: string, fields: string): string =>
  healthy
    .slice(CHECK.length)
    .replace("'CORE-01'", `'${id}', ${fields}`)
    .replace("'critical'", `'${severity}'`);

describe('a suite on the real runner', { concurrent: true, timeout: 90_000 }, () => {
  test('skips with a declared absence what stands on it, and blocks a blocker', async () => {
    using project = new ProjectCopy({
      'core/a.spec.ts': [
        healthy,
        declaredCheck('CORE-02', 'major', "capabilities: ['tool-calls']"),
        declaredCheck('CORE-03', 'critical', "needs: ['CORE-02']"),
        declaredCheck('CORE-04', 'minor', "needs: ['CORE-03']"),
        declaredCheck('CORE-05', 'blocker', "needs: ['CORE-02']"),
      ].join(''),
    });
    const expires = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    const missing = { capability: 'tool-calls', owner: 'backend', reason: 'there are no tools', expires };
    const policy = { schema: 1, name: 'default', checks: 'all', revision: 'required' };
    project.write(
      'fixtures/policies/default.json',
      JSON.stringify({
        ...policy,
        missingCapabilities: [missing],
        observer: { maxEventLoopLagP99Ms: 1_000 },
      }),
    );
    await project.stagegate(['plan']);
    const { output } = await project.stagegate(['run']);
    const record = project.record();
    const decided = readDecision(join(project.root, 'reports/latest'));

    expect(verdicts(record), output).toEqual({
      'CORE-01': 'passed',
      'CORE-02': 'skipped',
      'CORE-03': 'skipped',
      'CORE-04': 'skipped',
      'CORE-05': 'blocked',
    });
    expect(record.checks.find(({ id }) => id === 'CORE-03')?.attempts[0]?.reason?.message).toMatch(
      /^it needs CORE-02, which is skipped: the policy declares tool-calls missing: there are no tools/,
    );
    expect(decided.decision).toBe('INCONCLUSIVE');
  });

  test('passes with assertions and evidence', async () => {
    const { code, record } = await planAndRun({ 'core/a.spec.ts': healthy });

    expect(verdicts(record)).toEqual({ 'CORE-01': 'passed' });
    expect(code).toBe(0);
  });

  test('is inconclusive when every assertion holds and the required observations are absent', async () => {
    const { code, output, record } = await planAndRun({
      'core/a.spec.ts': `${CHECK}check(${definition('CORE-01', "'ws.open', 'http.answered'")}, async (t) => {
        t.expectEqual('API-STATUS', { where: 'nowhere', expected: 1, actual: 1 });
        await t.answered('GET', '/health');
      });\n`,
    });

    expect(verdicts(record)).toEqual({ 'CORE-01': 'inconclusive' });
    expect(record.checks[0]?.attempts[0]?.reason?.code).toBe('EVIDENCE_MISSING');
    expect(output).toContain('ws.open 0 of 1');
    expect(code).toBe(3);
  });

  test('is a harness fault when a body throws what no code knows', async () => {
    const { code, record } = await planAndRun({
      'core/a.spec.ts': `${healthy}check(${definition('CORE-02', "'ws.open'")}, async () => { throw new TypeError('planted'); });\n`,
    });

    expect(verdicts(record)).toEqual({ 'CORE-01': 'passed', 'CORE-02': 'inconclusive' });
    expect(record.harnessFaults.map((fault) => fault.code)).toEqual(['UNEXPECTED_ERROR']);
    expect(code).toBe(70);
  });

  test('leaves its checks not-run when a hook fails', async () => {
    const { code, record } = await planAndRun({
      'core/a.spec.ts': `import { beforeAll } from 'vitest';\n${healthy}beforeAll(() => { throw new Error('planted hook'); });\n`,
    });

    expect(verdicts(record)).toEqual({ 'CORE-01': 'not-run' });
    expect(record.harnessFaults.map((fault) => fault.code)).toContain('HOOK_FAILED');
    expect(code).toBe(70);
  });

  test('is void when an error is left unhandled beside passing checks', async () => {
    const { code, record } = await planAndRun({
      'core/a.spec.ts': `${healthy}check(${definition('CORE-02', "'http.answered'")}, async (t) => {
        void Promise.reject(new Error('planted rejection'));
        await t.answered('GET', '/health');
      });\n`,
    });

    expect(record.harnessFaults.map((fault) => fault.code)).toContain('UNHANDLED_ERROR');
    expect(code).toBe(70);
  });

  test('keeps what a killed worker saw and names the rest not-run', async () => {
    const { code, record } = await planAndRun({
      'core/a.spec.ts': healthy,
      'isolation/z.spec.ts': `${CHECK}check(${definition('ISO-01', "'http.answered'")}, async () => { process.kill(process.pid, 'SIGKILL'); await new Promise(() => {}); });\n`,
    });

    expect(verdicts(record)).toEqual({ 'CORE-01': 'passed', 'ISO-01': 'not-run' });
    expect(record.harnessFaults.map((fault) => fault.code)).toContain('WORKER_DIED');
    expect(code).toBe(70);
  });

  test('does not take a test outside the plan for evidence, nor let .only shrink the plan', async () => {
    const { code, record } = await runWithPlanOf(
      { 'core/a.spec.ts': healthy },
      {
        'core/a.spec.ts': `import { test } from 'vitest';\n${healthy}test.only('A stray test', () => {});\n`,
      },
    );

    expect(verdicts(record)['CORE-01']).toBe('not-run');
    expect(code).toBe(70);
  });

  test.for([
    ['an emptied spec', ''],
    ['a spec that does not load', `import './gone.ts';\n${healthy}`],
    ['a spec whose check was renamed', healthy.replace('CORE-01', 'CORE-09')],
  ] as const)('is not GO with %s', async ([, text]) => {
    const { code, record } = await runWithPlanOf({ 'core/a.spec.ts': healthy }, { 'core/a.spec.ts': text });

    expect(verdicts(record)).toEqual({ 'CORE-01': 'not-run' });
    expect(code).toBe(70);
  });

  test('counts a check that passes once and fails once as failed under --repeat', async () => {
    const { code, record } = await planAndRun(
      {
        'core/a.spec.ts': `${CHECK}let n = 0;\ncheck(${definition('CORE-01', "'http.answered'")}, async (t) => {
          n += 1;
          const health = await t.answered('GET', '/health');
          t.expectEqual('API-STATUS', { where: '/health', expected: n === 2 ? 599 : 200, actual: health.status });
        });\n`,
      },
      ['--repeat', '3'],
    );

    expect(record.checks[0]?.attempts.map(({ verdict }) => verdict)).toEqual(['passed', 'failed', 'passed']);
    expect(verdicts(record)).toEqual({ 'CORE-01': 'failed' });
    expect(code).toBe(1);
  });
});

describe('an interrupted or impossible run', { timeout: 60_000 }, () => {
  const out = mkdtempSync(join(tmpdir(), 'stagegate-out-'));
  afterAll(() => rmSync(out, { recursive: true, force: true }));

  test.for([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('writes valid files on %s and exits %i', async ([signal, expected]) => {
    const reports = join(out, signal);
    const { code, output } = await runStagegate(
      undefined,
      ['run', '--fault', 'stalls-after-started', '--out', reports],
      (pid) => {
        setTimeout(() => process.kill(pid, signal), 2_500);
      },
    );

    expect(code, output).toBe(expected);
    expect(readRecord(join(reports, 'latest')).state).toBe('interrupted');
    expect(readDecision(join(reports, 'latest'))).toMatchObject({
      decision: 'INCONCLUSIVE',
      exitCode: expected,
      state: 'final',
    });
    expect(readFileSync(join(reports, 'latest/junit.xml'), 'utf8')).toContain('gate.decision');
  });

  test('looks for no cause when nothing was red before it was interrupted', async () => {
    const reports = join(out, 'calm');
    const { code, output } = await runStagegate(undefined, ['run', '--out', reports], (pid) => {
      setTimeout(() => process.kill(pid, 'SIGINT'), 4_000);
    });
    const diagnosis = readDiagnosis(join(reports, 'latest'));

    expect(code, output).toBe(130);
    expect(diagnosis).toMatchObject({ state: 'interrupted', hypotheses: [], unattributed: [] });
    expect(output).toContain('interrupted by SIGINT and nothing was red until then: no cause is looked for');
    expect(output).not.toMatch(/^cause|no known cause|unattributed/m);
  });

  test('is void when our own backend is killed under it: one cause, nothing left to the target', async () => {
    const reports = join(out, 'backend-died');
    const { code, output } = await runStagegate(undefined, ['run', '--out', reports], (pid) => {
      setTimeout(() => process.kill(childOf(pid, ' --exit-with-parent ') ?? Number.NaN, 'SIGKILL'), 4_000);
    });
    const latest = join(reports, 'latest');
    const { checks, harnessFaults, state } = readRecord(latest);
    const diagnosis = readDiagnosis(latest);

    expect(code, output).toBe(70);
    expect(readDecision(latest)).toMatchObject({ decision: 'INCONCLUSIVE', exitCode: 70 });
    expect(state).toBe('complete');
    expect(harnessFaults.map((fault) => fault.code)).toEqual(['BACKEND_DIED']);
    expect(harnessFaults[0]?.message).toContain('signal SIGKILL');
    expect(diagnosis.unattributed).toEqual([]);
    expect(diagnosis.hypotheses.map(({ hypothesis }) => hypothesis)).toEqual(['HARNESS_FAULT']);
    expect(checks.filter(({ verdict }) => verdict === 'failed')).toEqual([]);
    expect(output).not.toMatch(/^(FAILED|UNKNOWN)/m);
    expect(output).toContain('our own reference backend');
    expect(output).not.toContain('PLAN_DRIFT');
  });

  test('ends with the exit code of its decision when the worker is killed as it starts', async () => {
    const reports = join(out, 'worker-died-early');
    const { code, output } = await runStagegate(undefined, ['run', '--out', reports], (pid) => {
      void killEarly(pid, 'vitest/dist/workers/forks');
    });

    expect(code, output).toBe(70);
    expect(readDecision(join(reports, 'latest'))).toMatchObject({ decision: 'INCONCLUSIVE', exitCode: 70 });
    expect(readRecord(join(reports, 'latest')).harnessFaults.map((fault) => fault.code)).toContain(
      'WORKER_DIED',
    );
  });

  test('ends soon after the first write that fails, with one fault and what can be written', async () => {
    const reports = join(out, 'unwritable');
    // Our own modules are bundled and kept without the limit.
    await runStagegate(undefined, ['run', '--check', 'PRE-01', '--out', join(out, 'bundled')]);
    const command = `ulimit -f 640; exec "${process.execPath}" lib/cli/stagegate.mjs run --out "${reports}"`;
    // A limit on the size of a file fails as a full disk does, and needs no disk of its own.
    const { status, stdout } = spawnSync('sh', ['-c', command], { encoding: 'utf8', timeout: 45_000 });
    const latest = join(reports, 'latest');
    const { checks, harnessFaults } = readRecord(latest);

    expect(status, stdout).toBe(70);
    expect(harnessFaults.map(({ code }) => code)).toEqual(['DISK_WRITE_FAILED']);
    expect(checks.filter(({ verdict }) => verdict === 'not-run').length).toBeGreaterThan(20);
    expect(readDiagnosis(latest)).toMatchObject({ state: 'one cause', unattributed: [] });
    expect(readDiagnosis(latest).hypotheses[0]?.hypothesis).toBe('HARNESS_FAULT');
    expect(existsSync(join(latest, 'report.md'))).toBe(true);
    expect(existsSync(join(latest, '.reserve'))).toBe(false);
    expect(stdout).not.toMatch(/^UNKNOWN/m);
  });

  test('leaves an INCONCLUSIVE latest behind when it is killed, also after a GO', async () => {
    const reports = join(out, 'killed');
    expect((await runStagegate(undefined, ['run', '--smoke', '--out', reports])).code).toBe(0);
    expect(readDecision(join(reports, 'latest')).decision).toBe('GO');

    const { code } = await runStagegate(
      undefined,
      ['run', '--fault', 'stalls-after-started', '--out', reports],
      (pid) => {
        setTimeout(() => process.kill(pid, 'SIGKILL'), 2_500);
      },
    );

    expect(code).toBe(null);
    expect(readDecision(join(reports, 'latest'))).toMatchObject({
      decision: 'INCONCLUSIVE',
      state: 'running',
    });
    expect(readRecord(join(reports, 'latest')).state).toBe('running');
  });

  test('is refused with every missing setting at once, before any packet, and leaves a record', async () => {
    const reports = join(out, 'refused');
    const { code, output } = await runStagegate(undefined, ['run', '--env', 'nowhere', '--out', reports]);

    expect(code).toBe(64);
    for (const setting of ['ENVIRONMENT', 'BACKEND_URL', 'AUTH_SERVICE_URL'])
      expect(output).toContain(`- ${setting}:`);
    expect(readDecision(join(reports, 'latest'))).toMatchObject({ decision: 'INCONCLUSIVE', exitCode: 64 });
  });

  test.for([
    'k3j2h4g5f6d7s8a9q1w2e3r4t5y6u7i8',
    'q7/Zt2+Xk9mB4vN1c8L5rS0wG7kT2pQ9xZ4mB1vN8cI=',
    '7c9e6679-7425-40de-944b-e07fc1f90ae7',
    'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
    'TopSecretBypassKeyOfStaging2026',
  ])('never prints nor stores %s, a secret that was pasted into the wrong settings', async (pasted) => {
    const valid = {
      ENVIRONMENT: 'staging',
      BACKEND_URL: 'http://127.0.0.1:9',
      AUTH_SERVICE_URL: 'http://127.0.0.1:9',
      E2E_OAUTH_SIMULATION_KEY: 'Zq8vN2xLw4RtYk7PmBs9Jc3H',
    };
    const names = SETTING_LIST.filter(({ kind }) => kind !== 'secret').map(({ name }) => name);
    const everywhere = Object.fromEntries(names.map((name) => [name, pasted]));
    // A certificate that is not there is missed only where all else is right.
    for (const settings of [everywhere, { ...valid, CA_FILE: pasted }]) {
      const reports = mkdtempSync(join(out, 'pasted-'));
      const words = ['run', '--env', 'pasted', '--smoke', '--out', reports];
      const { code, output } = await runStagegate(undefined, words, undefined, settings);
      const files = readdirSync(join(reports, 'latest')).map((name) =>
        readFileSync(join(reports, 'latest', name), 'utf8'),
      );

      expect(code, output).toBe(64);
      expect(files.length).toBeGreaterThanOrEqual(2);
      for (const text of [output, ...files]) expect(text).not.toContain(pasted.slice(0, 8));
    }
  });

  test.for([
    [['--bogus'], 64],
    [['--reporter=dot'], 64],
    [['--fault', 'no-such-fault'], 64],
    [['--env', 'production'], 64],
    [['--policy', 'package.json'], 64],
    [['-t', 'nothing-like-this'], 3],
    [['-t', 'resolves'], 3],
    [['--check', 'PRE-03', '--fault', 'health-says-unhealthy'], 1],
    [['--shard', '1/3', '--seed', '7'], 3],
    [['--shard', '1/3'], 64],
  ] as const)('answers %j with exit %i', async ([words, expected]) => {
    const reports = join(out, words.join(' ').replaceAll(/\W+/g, '-'));
    const { code, output } = await runStagegate(undefined, ['run', ...words, '--out', reports]);

    expect(code, output).toBe(expected);
    expect(readDecision(join(reports, 'latest')).decision).not.toBe('GO');
  });

  test('names the first broken rung of a closed port and exits 3', async () => {
    const reports = join(out, 'closed');
    const { code, output } = await runStagegate(
      undefined,
      ['run', '--env', 'closed', '--out', reports],
      undefined,
      {
        ENVIRONMENT: 'staging',
        BACKEND_URL: 'http://127.0.0.1:9',
        AUTH_SERVICE_URL: 'http://127.0.0.1:9',
        E2E_OAUTH_SIMULATION_KEY: 'Zq8vN2xLw4RtYk7PmBs9Jc3H',
        EXPECTED_REVISION: 'abcdef1234567',
      },
    );

    expect(code, output).toBe(3);
    expect(output).toContain('first that does not: health');
    expect(output).toContain('ECONNREFUSED');
  });

  test('gives each of two runs at once a whole report, and latest to the later one', async () => {
    const reports = join(out, 'twice');
    const first = runStagegate(undefined, ['run', '--smoke', '--out', reports]);
    const second = runStagegate(undefined, ['run', '--smoke', '--out', reports]);

    expect((await Promise.all([first, second])).map(({ code }) => code)).toEqual([0, 0]);
    expect(existsSync(join(reports, 'latest/junit.xml'))).toBe(true);
  });
});
