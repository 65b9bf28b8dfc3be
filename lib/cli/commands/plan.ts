import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretIndex } from '../../foundation/redaction.ts';
import { HarnessError } from '../../foundation/errors.ts';
import type { RunContext } from '../../config/run-context.ts';
import { randomKey } from '../../foundation/random.ts';
import { createPlan, type Plan } from '../../evidence/plan.ts';
import { systemClock } from '../../foundation/clock.ts';
import { ExitCode } from '../../gate/exit-code.ts';
import { hasFlag, type Invocation } from '../launch/invocation.ts';
import { PLAN_FILE, specFiles } from '../policy/plan-file.ts';
import { SuiteRunner } from '../run/suite-run.ts';
import { readWork } from '../run/work-files.ts';

/** Collects the checks that the suites declare, without running one, and writes the manifest or compares it. */
export async function plan(invocation: Invocation): Promise<number> {
  const text = `${JSON.stringify(await collect(invocation), null, 2)}\n`;
  const path = join(invocation.root, PLAN_FILE);
  if (hasFlag(invocation, 'check')) {
    if (readFileSync(path, 'utf8') === text) return ExitCode.Go;
    throw new HarnessError(
      'PLAN_DRIFT',
      `expected ${PLAN_FILE} to list what the suites declare, got a difference`,
      {
        next: 'Run `npm run plan` and commit it.',
      },
    );
  }
  writeFileSync(path, text);
  process.stdout.write(`${PLAN_FILE} written\n`);
  return ExitCode.Go;
}

async function collect(invocation: Invocation): Promise<Plan> {
  const workFolder = mkdtempSync(join(tmpdir(), 'stagegate-plan-'));
  try {
    const context = collectionContext(workFolder);
    await using suites = new SuiteRunner({
      root: invocation.root,
      importVitest: invocation.importVitest,
      bundleTypeScript: invocation.bundleTypeScript,
      mode: context.mode,
      plan: context.plan,
      files: specFiles(invocation.root),
      seed: context.seed,
      shuffle: false,
    });
    const { faults } = await suites.run({
      signal: new AbortController().signal,
      onModule: () => {},
      context,
      preflight: async () => ({ rungs: [], evidence: [], authTransport: 'authorization-header' }),
    });
    const work = readWork(workFolder, new SecretIndex(), context.handoverKey);
    const [fault] = [...faults, ...work.faults];
    if (fault !== undefined) throw new HarnessError(fault.code, fault.message);
    const ids = work.declared.map(({ id }) => id);
    const twice = ids.find((id, at) => ids.indexOf(id) !== at);
    if (twice !== undefined)
      throw new HarnessError('PLAN_DRIFT', `expected each id once, got ${twice} twice`);
    return createPlan(work.declared);
  } finally {
    rmSync(workFolder, { recursive: true, force: true });
  }
}

/** A context in which nothing can be reached: declaring a check sends no packet. */
function collectionContext(workFolder: string): RunContext {
  return {
    mode: 'collect',
    runId: 'collect',
    startedAt: systemClock.wallTime().toISOString(),
    seed: 1,
    repeat: 1,
    workFolder,
    handoverKey: randomKey(32),
    plan: [],
    selected: [],
    missingCapabilities: [],
    fingerprint: null,
    silence: 'warn',
    caPem: null,
    settings: {
      environment: 'local',
      embedded: true,
      marker: 'local',
      backendUrl: 'http://127.0.0.1:9',
      authServiceUrl: 'http://127.0.0.1:9',
      websocketUrl: 'ws://127.0.0.1:9/ws',
      websocketOrigin: null,
      productionTwin: null,
      allowedHosts: [],
      bypassKey: randomKey(48),
      jwtSecretKey: randomKey(48),
      jwtIssuer: '-',
      jwtAudience: '-',
      tokenSource: 'minted',
      tokenTtlSec: 300,
      refusalForm: 'close-1008-after-error',
      expectedRevision: null,
      revisionHeader: 'x-service-revision',
      readinessBudgetMs: 45_000,
      idleSurvivalMs: 20_000,
      isolationUsers: 5,
      requestsPerMinute: null,
      timeScale: 1,
      caFile: null,
    },
  };
}
