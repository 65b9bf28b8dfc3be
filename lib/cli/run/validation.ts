import { STOP_SIGNALS, type StopSignal } from '../../foundation/stop-signal.ts';
import { join, relative } from 'node:path';
import type { PreflightFindings } from '../../config/run-context.ts';
import { transferSettings } from '../../config/run-context.ts';
import type { Evidence } from '../../evidence/evidence.ts';
import { sealEvidence } from '../../evidence/evidence-line.ts';
import { reportWords } from '../../evidence/report-words.ts';
import type { HarnessFault, RunRecord } from '../../evidence/run-record.ts';
import { systemClock } from '../../foundation/clock.ts';
import { HarnessError } from '../../foundation/errors.ts';
import { randomKey } from '../../foundation/random.ts';
import { SecretIndex } from '../../foundation/redaction.ts';
import { decide } from '../../gate/decide.ts';
import type { Decision } from '../../gate/decision.ts';
import { flakyChecks, historyEntry, lastGo } from '../../gate/run-history.ts';
import { consoleReport } from '../../reporting/console-report.ts';
import { baselineOf } from '../record/baseline-run.ts';
import { tellCiStep } from '../record/ci-step.ts';
import { faultOf } from './harness-fault.ts';
import { historyExcerpt } from '../record/history-excerpt.ts';
import { appendHistory } from '../record/history-file.ts';
import { proofExcerpt } from '../record/proof-excerpt.ts';
import type { Invocation } from '../launch/invocation.ts';
import { PLAN_FILE, planDrift } from '../policy/plan-file.ts';
import type { Preflight } from '../target/preflight.ts';
import { Progress } from './progress.ts';
import { withoutSecrets } from '../record/redacted-record.ts';
import { ruleText } from '../record/rule-text.ts';
import { closingRecord, headerReadings, openingRecord, type RunBasis } from './run-assembly.ts';
import { RunFolder } from '../record/run-folder.ts';
import type { RunOptions } from './run-options.ts';
import { sealLine } from '../record/seal-line.ts';
import { onSignal } from '../launch/signal-guard.ts';
import type { SuiteRunner } from './suite-run.ts';
import type { Target } from '../target/target.ts';
import { readWork } from './work-files.ts';
import { terminalColour } from '../launch/terminal-colour.ts';

/** What a run has prepared and its caller disposes. */
interface Prepared {
  readonly options: RunOptions;
  readonly target: Target;
  readonly suites: SuiteRunner;
}

/** Climbs the ladder, runs the suites, decides and reports; returns the exit code. */
export async function validate(
  invocation: Invocation,
  { options, target, suites }: Prepared,
  basis: RunBasis,
): Promise<number> {
  const secrets = new SecretIndex({ publicWords: reportWords(basis.manifest.checks) });
  for (const secret of [target.settings.bypassKey, target.settings.jwtSecretKey]) {
    if (secret !== null) secrets.register(secret.reveal(), secret.label);
  }
  const folder = new RunFolder(options.reports, basis.runId);
  const opening = withoutSecrets(openingRecord(basis), secrets);
  folder.open(opening, decide(opening));

  const chalk = terminalColour();
  const print = invocation.embedding?.print ?? ((text: string) => void process.stdout.write(text));
  const out = (text: string): void => print(secrets.redact(text));
  const progress = new Progress({ chalk, out, interactive: process.stdout.isTTY === true });
  progress.settings(basis);

  const interrupt = new AbortController();
  let signal: RunRecord['signal'] = null;
  const onInterrupt = (name: StopSignal): void => {
    signal ??= name;
    interrupt.abort(new HarnessError('INTERRUPTED', `the run was interrupted by ${name}`));
  };
  const stopListening = STOP_SIGNALS.map((name) => onSignal(name, () => onInterrupt(name)));
  const backendGone = new AbortController();
  let backendEndedAtMs: number | null = null;
  void target.backend?.exited.then(() => {
    backendEndedAtMs = systemClock.wallTime().getTime() - basis.startedAt.getTime();
    backendGone.abort(backendDied(target));
  });
  const isCutOff = (): boolean => interrupt.signal.aborted || backendGone.signal.aborted;
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
      const outcome = await suites.run({
        signal: AbortSignal.any([interrupt.signal, backendGone.signal]),
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
          fingerprint: basis.policy.fingerprint ?? null,
          silence: basis.policy.silence ?? 'warn',
          caPem: target.caPem,
          settings: transferSettings(target.settings),
        },
        preflight: async () => {
          // The network libraries are loaded while the worker starts on the other core, the reports while it works.
          const { preflight } = await import('../target/preflight.ts');
          using watch = progress.climb();
          const climbed = await preflight({
            runId: basis.runId,
            startedAt: basis.startedAt,
            settings: target.settings,
            policy: basis.policy,
            caPem: target.caPem,
            secrets,
            workFolder: folder.work,
            signal: AbortSignal.any([interrupt.signal, backendGone.signal]),
            watch,
          });
          ladder.climbed = climbed;
          findings = climbed.findings;
          readings = [...climbed.readings];
          progress.preflight(findings.rungs);
          void import('../record/run-report.ts');
          void import('./separation-run.ts');
          return findings;
        },
      });
      faults.push(...outcome.faults.map(faultOf));
      if (!isCutOff()) readings.push(...((await ladder.climbed?.readRevisionAgain()) ?? []));
    }
  } catch (error) {
    if (!isCutOff()) faults.push(faultOf(error));
  }
  if (backendGone.signal.aborted && !interrupt.signal.aborted)
    faults.push(faultOf(backendGone.signal.reason));
  ladder.climbed?.flush();
  let work = readWork(folder.work, secrets, handoverKey);
  let probes: 'made' | 'skipped' | null = null;
  const close = (rootHash: string): RunRecord =>
    closingRecord(basis, {
      state: interrupt.signal.aborted ? 'interrupted' : 'complete',
      signal,
      endedAt: systemClock.wallTime(),
      preflight: findings,
      readings: [...readings, ...headerReadings(work.evidence, target.settings)],
      work,
      faults: [...faults, ...work.faults],
      backendEndedAtMs: isCutOff() && !interrupt.signal.aborted ? backendEndedAtMs : null,
      probes,
      history:
        probes === null
          ? []
          : historyExcerpt(options.reports, { runId: basis.runId, environment: options.environment }),
      evidence: work.evidence,
      rootHash,
    });
  try {
    const draft = close('');
    const { hasReds, separateCauses } = await import('./separation-run.ts');
    if (ladder.climbed !== null && !isCutOff() && !isUnwritable(draft) && hasReds(draft)) {
      probes = options.probes ? 'made' : 'skipped';
      if (options.probes) {
        await separateCauses({
          climbed: ladder.climbed,
          record: draft,
          evidence: work.evidence,
          probeBudget: options.probeBudget,
          signal: interrupt.signal,
          onStart: (budgetMs) => progress.probes(budgetMs),
          ownClient: async (until) =>
            (await import('../target/own-client.ts')).ownClientControl(
              { root: invocation.root, seed: basis.seed, policy: basis.policy },
              until,
            ),
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
  const compared = withHistory(close(sealed.rootHash), work.evidence, basis, options.reports);
  const { writeReports } = await import('../record/run-report.ts');
  const { loadPage } = await import('../record/page-program.ts');
  const program = await loadPage(invocation);
  const { record, decision, diagnosis } = writeReports(folder, compared, sealed.text, secrets, program);
  // A fault that was switched on says nothing about the target to later runs.
  const kept = options.faults.length > 0 || keepHistory(options.reports, record, decision);
  for (const stop of stopListening) stop();
  const shown = relative(process.cwd(), folder.ownsLatest() ? join(options.reports, 'latest') : folder.path);
  const files = folder.files();
  out(consoleReport(record, decision, { chalk, rules: ruleText, folder: shown, diagnosis, files }));
  out(sealLine(decision));
  const exitCode = tellCiStep({ record, decision, diagnosis }, folder.path, out);
  if (!kept) out('warning   this run could not be added to history.ndjson\n');
  return exitCode;
}

/** What a probe would show could not be kept. */
function isUnwritable({ harnessFaults }: RunRecord): boolean {
  return harnessFaults.some(({ code }) => code === 'DISK_WRITE_FAILED');
}

/** Nothing that is seen after the end of our own backend says anything about a target. */
function backendDied({ backend }: Target): HarnessError {
  return new HarnessError(
    'BACKEND_DIED',
    `expected our own reference backend to serve until the run ends, got its end in the middle (${backend?.endedBy() ?? 'unknown'}): the run is void`,
    { next: 'Run again; if it ends by itself, start it alone: npm run stagegate -- backend.' },
  );
}

/** Adds what earlier runs in the reports folder have to say: it stands in the record, so that a replay reads no other folder. */
function withHistory(
  record: RunRecord,
  evidence: readonly Evidence[],
  basis: RunBasis,
  reports: string,
): RunRecord {
  const { environment } = record.target;
  const before = lastGo(basis.history, environment);
  const revision = record.revision.readings[0]?.revision ?? null;
  const flakes = revision === null ? [] : flakyChecks(basis.history, environment, revision);
  const proof = proofExcerpt(
    reports,
    record.checks.map(({ id }) => id),
  );
  return {
    ...record,
    ...(before === null ? {} : { lastGo: before }),
    ...(proof === null ? {} : { proof }),
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
