import { join, relative } from 'node:path';
import { writeFileAtomic } from '../../foundation/atomic-file.ts';
import { readableJson } from '../../foundation/canonical-json.ts';
import { systemClock } from '../../foundation/clock.ts';
import { createRandom, randomHex } from '../../foundation/random.ts';
import type { FaultExpectation } from '../../proof/expectation.ts';
import { type HealthyResult, proofRecord, type ProofResult } from '../../proof/proof-record.ts';
import { byDuration } from '../../proof/proof-plan.ts';
import { healthyRecord } from '../../proof/healthy-record.ts';
import { healthyText, proofReport, resultLine } from '../../proof/proof-report.ts';
import { backendFaults, readFaultMatrix } from '../target/fault-catalogue.ts';
import { type Invocation, textFlag } from '../launch/invocation.ts';
import { readPlan } from '../policy/plan-file.ts';
import { eachOf, Interrupt, workers } from '../proof/proof-crew.ts';
import type { ProofProcess } from '../proof/proof-process.ts';
import { proofOptions, type ProofOptions, selectEntries } from '../proof/proof-options.ts';
import { healthyRun, proofRun, type ProofSession } from '../proof/proof-run.ts';
import { reportsFolder } from '../launch/reports-folder.mjs';
import { createRunId, openReports } from '../record/run-folder.ts';
import { tellScenarios } from '../proof/scenario-session.ts';

/** Proves that every fault of the matrix leads to what it says, `--healthy` that nothing else does, `--scenarios` tells stories. */
export async function prove(invocation: Invocation): Promise<number> {
  const options = proofOptions(invocation);
  const { checks: plan } = readPlan(invocation.root);
  const startedAt = systemClock.wallTime();
  const id = createRunId(startedAt, kindOf(options), randomHex(3));
  const session: ProofSession = {
    root: invocation.root,
    folder: join(reportsFolder(invocation.root, textFlag(invocation, 'out')), id),
    plan,
    seed: options.seed,
    isWhole: options.isWhole,
  };
  using interrupt = new Interrupt();
  const about = { id, startedAt: startedAt.toISOString(), seed: options.seed, jobs: options.jobs };
  if (options.scenarios !== null) {
    return await tellScenarios(session, interrupt, { ...about, wanted: options.scenarios }, say);
  }
  return options.healthyRuns === null
    ? await proveFaults(invocation, options, session, interrupt, about)
    : await proveHealth(options.healthyRuns, options, session, interrupt, about);
}

function kindOf({ scenarios, healthyRuns }: ProofOptions): string {
  if (scenarios !== null) return 'scenarios';
  return healthyRuns === null ? 'prove' : 'healthy';
}

interface About {
  readonly id: string;
  readonly startedAt: string;
  readonly seed: number;
  readonly jobs: number;
}

async function proveFaults(
  invocation: Invocation,
  options: ProofOptions,
  session: ProofSession,
  interrupt: Interrupt,
  about: About,
): Promise<number> {
  const matrix = await readFaultMatrix(invocation);
  const { entries, scope, filters } = selectEntries(matrix, session.plan, options);
  const catalogue = backendFaults(invocation.root).map(({ name }) => name);
  openReports(session.folder);
  say(
    `stagegate prove: ${entries.length} of ${matrix.length} faults, ${session.plan.length} checks, ` +
      `seed ${options.seed}, ${options.jobs} at a time`,
  );
  const results: ProofResult[] = [];
  let baseline: HealthyResult | null = null;
  const crew = workers(options.jobs, session.root, interrupt);
  const [first] = crew;
  if (first === undefined) throw new TypeError('expected a worker');
  // One more than was asked for, unless one at a time was: what it does leaves the processor to the others.
  const waiters = options.jobs === 1 ? [] : workers(1, session.root, interrupt);
  try {
    const healthy = await healthyRun(first, session, 'baseline', { seed: options.seed, shuffled: false });
    if (!interrupt.isOn) baseline = healthy;
    say(`baseline   ${healthyText(healthy)}`);
    for (const problem of healthy.problems.slice(0, 8)) say(`           ${problem}`);
    // Without a green baseline nothing could be credited: the runs would only cost time.
    if (healthy.problems.length === 0) {
      const { waiting, working } = byDuration(entries, session.plan);
      const proveOne = async (entry: FaultExpectation, worker: ProofProcess): Promise<void> => {
        const result = await proofRun(worker, session, entry);
        // The end of a run that was interrupted says nothing about its fault.
        if (interrupt.isOn) return;
        results.push(result);
        say(resultLine(result));
        for (const problem of result.problems) say(`           ${problem}`);
      };
      await Promise.all([
        eachOf(waiting, waiters, interrupt, proveOne),
        eachOf(waiters.length === 0 ? [...waiting, ...working] : working, crew, interrupt, proveOne),
      ]);
      if (scope === 'smallest') await proveAgain(first, session, entries, results, interrupt);
    }
  } finally {
    for (const worker of [...crew, ...waiters]) worker[Symbol.dispose]();
  }
  const place = new Map(entries.map(({ fault }, at) => [fault, at]));
  const record = proofRecord({
    ...about,
    state: interrupt.isOn ? 'interrupted' : 'complete',
    endedAt: systemClock.wallTime().toISOString(),
    scope,
    filters,
    baseline,
    declared: entries.map(({ fault }) => fault),
    results: results.toSorted((a, b) => (place.get(a.fault) ?? 0) - (place.get(b.fault) ?? 0)),
    matrix,
    plan: session.plan,
    backendFaults: catalogue,
    signal: interrupt.signal,
  });
  writeFileAtomic(join(session.folder, 'prove.json'), readableJson(record));
  writeFileAtomic(join(session.folder, 'prove.md'), proofReport(record));
  say('');
  for (const problem of record.problems.filter((text) => !text.startsWith('not proven'))) say(`! ${problem}`);
  const partial = record.scope === 'partial' ? ` (partial: ${record.filters.join(' ')})` : '';
  const { planned, unproven } = record.coverage;
  say(`checks that a fault turned red: ${planned - unproven.length} of ${planned} planned`);
  say(`${record.score.text}${partial}  (exit ${record.exitCode})`);
  say(`report    ${relative(process.cwd(), join(session.folder, 'prove.md'))}`);
  return record.exitCode;
}

/** More than these are no accident of a loaded machine. */
const MOST_SPOILT = 5;

/**
 * Makes the proofs that were not credited again, alone: the smallest set runs beside other work, which can spoil a run.
 * What came of it stands, and the report names what spoilt it.
 */
async function proveAgain(
  worker: ProofProcess,
  session: ProofSession,
  entries: readonly FaultExpectation[],
  results: ProofResult[],
  interrupt: Interrupt,
): Promise<void> {
  const spoilt = results.filter(({ credited }) => !credited);
  if (spoilt.length > MOST_SPOILT) return;
  for (const before of spoilt) {
    const entry = entries.find(({ fault }) => fault === before.fault);
    if (entry === undefined || interrupt.isOn) return;
    const result = { ...(await proofRun(worker, session, entry)), spoiltBy: before.problems };
    if (interrupt.isOn) return;
    results[results.indexOf(before)] = result;
    say(`again: ${resultLine(result)}`);
    for (const problem of result.problems) say(`           ${problem}`);
  }
}

async function proveHealth(
  count: number,
  options: ProofOptions,
  session: ProofSession,
  interrupt: Interrupt,
  about: About,
): Promise<number> {
  openReports(session.folder);
  const random = createRandom(options.seed);
  const seeds = Array.from({ length: count }, () => random.int(1, 0x7fffffff));
  say(`stagegate prove: ${count} healthy runs, shuffled, seed ${options.seed}, ${options.jobs} at a time`);
  const runs: HealthyResult[] = [];
  const crew = workers(options.jobs, session.root, interrupt);
  try {
    await eachOf(seeds, crew, interrupt, async (seed, worker) => {
      const result = await healthyRun(worker, session, `seed-${seed}`, { seed, shuffled: true });
      if (interrupt.isOn) return;
      runs.push(result);
      say(healthyText(result));
      for (const problem of result.problems) say(`  ${problem}`);
    });
  } finally {
    for (const worker of crew) worker[Symbol.dispose]();
  }
  const record = healthyRecord({
    ...about,
    endedAt: systemClock.wallTime().toISOString(),
    seeds,
    runs: runs.sort((a, b) => seeds.indexOf(a.seed) - seeds.indexOf(b.seed)),
    signal: interrupt.signal,
  });
  writeFileAtomic(join(session.folder, 'healthy.json'), readableJson(record));
  say('');
  say(`${record.text}  (exit ${record.exitCode})`);
  say(`report    ${relative(process.cwd(), join(session.folder, 'healthy.json'))}`);
  return record.exitCode;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
