import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GithubStep, githubStep } from '../../config/ci-environment.ts';
import type { Diagnosis } from '../../diagnosis/diagnosis.ts';
import type { RunRecord } from '../../evidence/run-record.ts';
import { describeError } from '../../foundation/errors.ts';
import type { Decision } from '../../gate/decision.ts';
import { exitCodeUntold } from '../../gate/exit-code.ts';
import { annotations, errorAnnotation } from '../../reporting/annotation.ts';

/**
 * Tells GitHub Actions of a run, where it runs there: annotations on standard output, the job summary, and the outputs
 * `decision`, `exit_code`, `report_dir` and `record_hash`. Returns the exit code of the run: later steps read the outputs,
 * so a run whose outputs could not be written does not let them go on. The decision and its files stay as they are.
 */
export function tellCiStep(
  run: { readonly record: RunRecord; readonly decision: Decision; readonly diagnosis: Diagnosis },
  folder: string,
  out: (text: string) => void,
  step: GithubStep | null = githubStep(),
): number {
  const { record, decision, diagnosis } = run;
  if (step === null) return decision.exitCode;
  for (const line of annotations(record, decision, diagnosis)) out(`${line}\n`);
  const unshown = appendTo(step.summaryFile, () => readFileSync(join(folder, 'summary.md'), 'utf8'));
  if (unshown !== null) out(`warning   the job summary could not be written: ${unshown}\n`);
  const untold = appendTo(
    step.outputFile,
    () =>
      `decision=${decision.decision}\nexit_code=${decision.exitCode}\nreport_dir=${folder}\nrecord_hash=${decision.recordHash}\n`,
  );
  if (untold === null) return decision.exitCode;
  const exitCode = exitCodeUntold(decision.exitCode);
  const text = `the outputs of this step could not be written: ${untold}; the decision stands, the exit code is ${exitCode}`;
  out(`${errorAnnotation('no outputs', text)}\n`);
  return exitCode;
}

/** Null when it was written or nobody asks for it, else why not. */
function appendTo(path: string | null, content: () => string): string | null {
  if (path === null) return null;
  try {
    appendFileSync(path, content());
    return null;
  } catch (error) {
    return describeError(error);
  }
}
