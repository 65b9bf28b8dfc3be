import { join, relative } from 'node:path';
import { Chalk } from 'chalk';
import type { PreflightFindings } from '../../config/run-context.ts';
import { transferSettings } from '../../config/run-context.ts';
import type { Evidence } from '../../evidence/evidence.ts';
import { sealEvidence } from '../../evidence/evidence-line.ts';
import { createPlan } from '../../evidence/plan.ts';
import { type HarnessFault, type RunRecord, runRecordSchema } from '../../evidence/run-record.ts';
import { systemClock } from '../../foundation/clock.ts';
import { describeError, HarnessError } from '../../foundation/errors.ts';
import { randomHex, randomKey } from '../../foundation/random.ts';
import { SecretIndex } from '../../foundation/redaction.ts';
import { decide } from '../../gate/decide.ts';
import type { Decision } from '../../gate/decision.ts';
import { flakyChecks, historyEntry, lastGo } from '../../gate/run-history.ts';
import { ExitCode } from '../../gate/exit-code.ts';
import { consoleReport } from '../../reporting/console-report.ts';
import { planTable } from '../../reporting/plan-table.ts';
import { baselineOf, findBaseline } from '../baseline-run.ts';
import { appendHistory, readHistory } from '../history-file.ts';
import { tellCiStep } from '../ci-step.ts';
import { type Invocation, textFlag } from '../invocation.ts';
import { PLAN_FILE, planDrift, readPlan } from '../plan-file.ts';
import { readPolicy } from '../policy-file.ts';
import { type Preflight, preflight } from '../preflight.ts';
import { Progress } from '../progress.ts';
import { recordRefusal, refusedRecord, reportsFolder } from '../refusal.mjs';
import { ruleText } from '../rule-text.ts';
import { withoutSecrets, writeReports } from '../run-report.ts';
import { historyExcerpt } from '../history-excerpt.ts';
import { ownClientControl } from '../own-client.ts';
import { hasReds, separateCauses } from '../separation-run.ts';
import { closingRecord, headerReadings, openingRecord, type RunBasis } from '../run-assembly.ts';
import { createRunId, RunFolder } from '../run-folder.ts';
import { type RunOptions, runOptions } from '../run-options.ts';
import { select } from '../selection.ts';
import { onSignal, runSuites } from '../suite-run.ts';
import { prepareTarget, type Target } from '../target.ts';
import { readWaivers } from '../waiver-file.ts';
import { readWork } from '../work-files.ts';

/** Runs the checks of an environment and decides. A run that is refused leaves a record too. */
export async function run(invocation: Invocation): Promise<number> {
  let reported = false;
  try {
    const options = runOptions(invocation);
    const manifest = readPlan(invocation.root);
    const policy = readPolicy(
      options.policyFile ??
        join(invocation.root, 'fixtures/policies', options.smoke ? 'smoke.json' : 'default.json'),
      manifest,
    );
    const plan = createPlan(
      policy.checks === 'all'
        ? manifest.checks
        : manifest.checks.filter(({ id }) => policy.checks.includes(id)),
    );
    const selection = select(plan.checks, { ...options.filters, shortPlan: policy.checks !== 'all' });
    const strange = options.change.filter((id) => !plan.checks.some((check) => check.id === id));
    if (strange.length > 0) {
      throw new HarnessError(
        'USAGE',
        `expected --change to name checks of the plan, got ${strange.join(', ')}`,
        {
          next: '`--list` shows the plan.',
        },
      );
    }
    if (options.list) {
      process.stdout.write(planTable(plan, selection.selected));
      return ExitCode.Go;
    }
    const history = readHistory(options.reports);
    const baseline =
      options.baseline === null
        ? null
        : findBaseline(options.baseline, {
            reports: options.reports,
            history,
            environment: options.environment,
          });
    const startedAt = systemClock.wallTime();
    // Loading the test runner takes as long as the backend takes to start, on the other core.
    const vitest = invocation.importVitest();
    vitest.catch(() => {});
    const prepare = invocation.embedding?.prepareTarget ?? prepareTarget;
    await using target = await prepare({ root: invocation.root, ...options });
    reported = true;
    return await validate({ ...invocation, importVitest: async () => vitest }, options, target, {
      runId: createRunId(startedAt, options.environment, randomHex(3)),
      version: invocation.version,
      startedAt,
      seed: options.seed,
      repeat: options.repeat,
      settings: target.settings,
      report: target.report,
      warnings: target.warnings,
      policy,
      plan,
      manifest,
      selection,
      shard: options.filters.shard,
      acceptConditional: options.acceptConditional,
      change: options.change.length > 0 ? options.change : (policy.change ?? []),
      waivers: options.waiverFile === null ? [] : readWaivers(options.waiverFile, plan),
      history,
      baseline,
    });
  } catch (error) {
    if (!reported) recordUnstarted(invocation, error);
    throw error;
  }
}

/**
 * Leaves a record of a run that never opened its folder, so that `latest` shows no older GO:
 * a refusal before the first packet, or a harness that could not begin.
 */
function recordUnstarted(invocation: Invocation, error: unknown): void {
  const fault = faultOf(error);
  const refusal = {
    root: invocation.root,
    words: outWords(invocation),
    ...fault,
    next: fault.next ?? 'See the message.',
  };
  if (fault.code === 'USAGE' || fault.code === 'CONFIG_INVALID') {
    recordRefusal(refusal);
    return;
  }
  const at = systemClock.wallTime();
  const runId = createRunId(at, 'unstarted', randomHex(3));
  const record = runRecordSchema.parse({
    ...refusedRecord({ ...refusal, runId, at: at.toISOString() }),
    state: 'complete',
    harnessFaults: [fault],
  });
  const reports = reportsFolder(invocation.root, textFlag(invocation, 'out'));
  const folder = new RunFolder(reports, runId);
  folder.open(record, decide(record));
  folder.removeWork();
}

async function validate(
  invocation: Invocation,
  options: RunOptions,
  target: Target,
  basis: RunBasis,
): Promise<number> {
  const secrets = new SecretIndex();
  for (const secret of [target.settings.bypassKey, target.settings.jwtSecretKey]) {
    if (secret !== null) secrets.register(secret.reveal(), secret.label);
  }
  const folder = new RunFolder(options.reports, basis.runId);
  const opening = withoutSecrets(openingRecord(basis), secrets);
  folder.open(opening, decide(opening));

  const chalk = new Chalk({
    level: process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined ? 1 : 0,
  });
  const print = invocation.embedding?.print ?? ((text: string) => void process.stdout.write(text));
  const out = (text: string): void => print(secrets.redact(text));
  const progress = new Progress({ chalk, out, interactive: process.stdout.isTTY === true });
  progress.settings(basis);

  const interrupt = new AbortController();
  let signal: RunRecord['signal'] = null;
  const onInterrupt = (name: 'SIGINT' | 'SIGTERM'): void => {
    signal ??= name;
    interrupt.abort(new HarnessError('INTERRUPTED', `the run was interrupted by ${name}`));
  };
  const stopListening = (['SIGINT', 'SIGTERM'] as const).map((name) =>
    onSignal(name, () => onInterrupt(name)),
  );
  const early = invocation.earlySignal();
  if (early !== null) onInterrupt(early);
  const faults: HarnessFault[] = planDrift(invocation.root, basis.manifest).map((message) => ({
    code: 'PLAN_DRIFT',
    message,
    next: `Run \`npm run plan\` and commit ${PLAN_FILE}.`,
  }));
  const handoverKey = randomKey(32);
  let findings: PreflightFindings = { rungs: [], evidence: [], authTransport: 'authorization-header' };
  let readings: RunRecord['revision']['readings'] = [];
  const ladder: { climbed: Preflight | null } = { climbed: null };
  try {
    if (basis.selection.selected.length > 0) {
      const outcome = await runSuites({
        root: invocation.root,
        importVitest: invocation.importVitest,
        bundleTypeScript: invocation.bundleTypeScript,
        shuffle: options.shuffle,
        signal: interrupt.signal,
        onModule: (file, state) => progress.module(file, state, folder.work),
        context: {
          mode: 'run',
          runId: basis.runId,
          startedAt: basis.startedAt.toISOString(),
          seed: basis.seed,
          repeat: basis.repeat,
          workFolder: folder.work,
          handoverKey,
          plan: basis.manifest.checks,
          selected: basis.selection.selected,
          missingCapabilities: basis.policy.missingCapabilities,
          caPem: target.caPem,
          settings: transferSettings(target.settings),
        },
        preflight: async () => {
          const climbed = await preflight({
            runId: basis.runId,
            startedAt: basis.startedAt,
            settings: target.settings,
            policy: basis.policy,
            caPem: target.caPem,
            secrets,
            workFolder: folder.work,
            signal: interrupt.signal,
          });
          ladder.climbed = climbed;
          findings = climbed.findings;
          readings = [...climbed.readings];
          progress.preflight(findings.rungs);
          return findings;
        },
      });
      faults.push(...outcome.faults.map(faultOf));
      if (!interrupt.signal.aborted) readings.push(...((await ladder.climbed?.readRevisionAgain()) ?? []));
    }
  } catch (error) {
    if (!interrupt.signal.aborted) faults.push(faultOf(error));
  }
  ladder.climbed?.flush();
  const ended = target.backend?.hasEnded() === true ? ['the embedded backend ended before the run did'] : [];
  let work = readWork(folder.work, secrets, handoverKey);
  let probes: 'made' | 'skipped' | null = null;
  const close = (rootHash: string): RunRecord =>
    closingRecord(
      { ...basis, warnings: [...basis.warnings, ...ended] },
      {
        state: interrupt.signal.aborted ? 'interrupted' : 'complete',
        signal,
        endedAt: systemClock.wallTime(),
        preflight: findings,
        readings: [...readings, ...headerReadings(work.evidence, target.settings)],
        work,
        faults: [...faults, ...work.faults],
        probes,
        history:
          probes === null
            ? []
            : historyExcerpt(options.reports, { runId: basis.runId, environment: options.environment }),
        evidence: work.evidence,
        rootHash,
      },
    );
  try {
    const draft = close('');
    if (ladder.climbed !== null && !interrupt.signal.aborted && hasReds(draft)) {
      probes = options.probes ? 'made' : 'skipped';
      if (options.probes) {
        await separateCauses({
          climbed: ladder.climbed,
          record: draft,
          evidence: work.evidence,
          probeBudget: options.probeBudget,
          signal: interrupt.signal,
          ownClient: async (until) =>
            ownClientControl({ root: invocation.root, seed: basis.seed, policy: basis.policy }, until),
        });
        work = readWork(folder.work, secrets, handoverKey);
      }
    }
  } catch (error) {
    if (!interrupt.signal.aborted) faults.push(faultOf(error));
  } finally {
    await ladder.climbed?.[Symbol.asyncDispose]();
  }
  const sealed = sealEvidence(work.evidence);
  const compared = withHistory(close(sealed.rootHash), work.evidence, basis);
  const { record, decision, diagnosis } = writeReports(folder, compared, sealed.text, secrets);
  // A fault that was switched on says nothing about the target to later runs.
  const kept = options.faults.length > 0 || keepHistory(options.reports, record, decision);
  for (const stop of stopListening) stop();
  const shown = relative(process.cwd(), folder.ownsLatest() ? join(options.reports, 'latest') : folder.path);
  out(consoleReport(record, decision, { chalk, rules: ruleText, folder: shown, diagnosis }));
  tellCiStep({ record, decision, diagnosis }, folder.path, out);
  if (!kept) out('warning   this run could not be added to history.ndjson\n');
  if (basis.selection.hint !== null) out(`${basis.selection.hint}\n`);
  return decision.exitCode;
}

/** Adds what earlier runs in the reports folder have to say: it stands in the record, so that a replay reads no other folder. */
function withHistory(record: RunRecord, evidence: readonly Evidence[], basis: RunBasis): RunRecord {
  const { environment } = record.target;
  const before = lastGo(basis.history, environment);
  const revision = record.revision.readings[0]?.revision ?? null;
  const flakes = revision === null ? [] : flakyChecks(basis.history, environment, revision);
  return {
    ...record,
    ...(before === null ? {} : { lastGo: before }),
    ...(flakes.length === 0 ? {} : { flakes: [...flakes] }),
    ...(basis.baseline === null ? {} : { baseline: baselineOf(basis.baseline, { record, evidence }) }),
  };
}

/** False when the line could not be written: the run itself stands all the same. */
function keepHistory(reports: string, record: RunRecord, decision: Decision): boolean {
  if (record.state !== 'complete') return true;
  try {
    appendHistory(reports, historyEntry(record, decision));
    return true;
  } catch {
    return false;
  }
}

function faultOf(error: unknown): HarnessFault {
  if (error instanceof HarnessError) return { code: error.code, message: error.message, next: error.next };
  return { code: 'RUNNER_FAILED', message: describeError(error), next: null };
}

function outWords(invocation: Invocation): readonly string[] {
  const { out } = invocation.flags;
  return typeof out === 'string' ? [`--out=${out}`] : [];
}
