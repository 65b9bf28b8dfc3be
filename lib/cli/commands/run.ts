import { join } from 'node:path';
import { ciAttempt } from '../../config/ci-environment.ts';
import { createPlan } from '../../evidence/plan.ts';
import { runRecordSchema } from '../../evidence/run-record.ts';
import { systemClock } from '../../foundation/clock.ts';
import { HarnessError } from '../../foundation/errors.ts';
import { randomHex } from '../../foundation/random.ts';
import { decide } from '../../gate/decide.ts';
import { ExitCode } from '../../gate/exit-code.ts';
import { planTable } from '../../reporting/plan-table.ts';
import { findBaseline } from '../record/baseline-run.ts';
import { faultOf } from '../run/harness-fault.ts';
import { absenceWarnings } from '../run/declared-absence.ts';
import { missingKeyWarnings } from '../run/missing-key.ts';
import { readHistory } from '../record/history-file.ts';
import { hasFlag, type Invocation, textFlag } from '../launch/invocation.ts';
import { readPlan } from '../policy/plan-file.ts';
import { readPolicy } from '../policy/policy-file.ts';
import { recordRefusal, refusedRecord } from '../launch/refusal.mjs';
import { reportsFolder } from '../launch/reports-folder.mjs';
import { createRunId, openReports, RunFolder } from '../record/run-folder.ts';
import { runOptions } from '../run/run-options.ts';
import { select } from '../run/selection.ts';
import { filesOf, SuiteRunner } from '../run/suite-run.ts';
import { requireDistinctSecrets } from '../target/distinct-secret.ts';
import { checkSettings, prepareTarget } from '../target/target.ts';
import { readWaivers } from '../policy/waiver-file.ts';

/** Runs the checks of an environment and decides. A run that is refused leaves a record too. */
export async function run(invocation: Invocation): Promise<number> {
  let reported = false;
  try {
    const options = runOptions(invocation);
    const manifest = readPlan(invocation.root);
    const policy = readPolicy(
      options.policyFile ??
        join(invocation.root, 'fixtures/policies', options.smoke ? 'smoke.json' : 'default.json'),
      { root: invocation.root, plan: manifest, environment: options.environment },
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
    const waivers = options.waiverFile === null ? [] : readWaivers(options.waiverFile, plan);
    if (options.list) {
      checkSettings({ root: invocation.root, ...options });
      process.stdout.write(planTable(plan, selection.selected));
      if (selection.hint !== null) process.stdout.write(`${selection.hint}\n`);
      // A script that asks what a filter selects must not take nothing for a yes.
      return selection.selected.length === 0 ? ExitCode.Inconclusive : ExitCode.Go;
    }
    openReports(options.reports);
    const history = readHistory(options.reports);
    const baseline =
      options.baseline === null
        ? null
        : findBaseline(options.baseline, {
            reports: options.reports,
            history,
            environment: options.environment,
            version: invocation.version,
          });
    const startedAt = systemClock.wallTime();
    const attempt = ciAttempt();
    const prepare = invocation.embedding?.prepareTarget ?? prepareTarget;
    const { bundleTypeScript } = invocation;
    const preparing = prepare({ root: invocation.root, bundleTypeScript, ...options });
    // While the backend starts on the other core, whatever takes long to load is loaded on this one.
    const loading = import('../run/validation.ts');
    await using suites = new SuiteRunner({
      root: invocation.root,
      importVitest: invocation.importVitest,
      bundleTypeScript,
      mode: 'run',
      plan: manifest.checks,
      files: filesOf(manifest.checks, selection.selected),
      seed: options.seed,
      shuffle: options.shuffle,
    });
    await using target = await preparing;
    // Keys of the embedded backend are made at random.
    if (!target.settings.embedded) requireDistinctSecrets(target.settings, manifest.checks);
    const { validate } = await loading;
    reported = true;
    return await validate(
      invocation,
      { options, target, suites },
      {
        runId: createRunId(startedAt, options.environment, randomHex(3)),
        version: invocation.version,
        startedAt,
        seed: options.seed,
        repeat: options.repeat,
        settings: target.settings,
        report: target.report,
        attempt,
        warnings: [
          ...(attempt === null || attempt.number < 2
            ? []
            : [
                `this is attempt ${attempt.number} of its CI job (${attempt.variable}): what the attempt before it saw stands in another report`,
              ]),
          ...(selection.hint === null ? [] : [selection.hint]),
          ...target.warnings,
          ...absenceWarnings(
            policy,
            plan.checks.filter(({ id }) => selection.selected.includes(id)),
          ),
          ...missingKeyWarnings(
            target.settings,
            plan.checks.filter(({ id }) => selection.selected.includes(id)),
            policy,
          ),
        ],
        policy,
        plan,
        manifest,
        selection,
        shard: options.filters.shard,
        acceptConditional: options.acceptConditional,
        change: options.change.length > 0 ? options.change : (policy.change ?? []),
        waivers,
        history,
        baseline,
      },
    );
  } catch (error) {
    // A listing is no run: it leaves what is in the reports folder as it is.
    if (!reported && !hasFlag(invocation, 'list')) recordUnstarted(invocation, error);
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
  try {
    const folder = new RunFolder(reports, runId);
    folder.open(record, decide(record));
    folder.removeWork();
  } catch (unwritable) {
    // The same disk that stopped the run: `latest` is gone, and the error that stopped it is told.
    if (!(unwritable instanceof HarnessError && unwritable.code === 'DISK_WRITE_FAILED')) throw unwritable;
  }
}

function outWords(invocation: Invocation): readonly string[] {
  const { out } = invocation.flags;
  return typeof out === 'string' ? [`--out=${out}`] : [];
}
