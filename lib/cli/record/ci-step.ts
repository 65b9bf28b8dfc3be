import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { githubStep } from '../../config/ci-environment.ts';
import type { Diagnosis } from '../../diagnosis/diagnosis.ts';
import type { RunRecord } from '../../evidence/run-record.ts';
import { describeError } from '../../foundation/errors.ts';
import type { Decision } from '../../gate/decision.ts';
import { annotations } from '../../reporting/annotation.ts';

/**
 * Tells GitHub Actions of a run, where it runs there: annotations on standard output, the job summary, and the outputs
 * `decision`, `exit_code`, `report_dir` and `record_hash`. What cannot be written is said and changes no decision.
 */
export function tellCiStep(
  run: { readonly record: RunRecord; readonly decision: Decision; readonly diagnosis: Diagnosis },
  folder: string,
  out: (text: string) => void,
): void {
  const step = githubStep();
  if (step === null) return;
  const { record, decision, diagnosis } = run;
  for (const line of annotations(record, decision, diagnosis)) out(`${line}\n`);
  const append = (path: string | null, content: () => string): void => {
    if (path === null) return;
    try {
      appendFileSync(path, content());
    } catch (error) {
      out(`warning   ${path} could not be written: ${describeError(error)}\n`);
    }
  };
  append(step.summaryFile, () => readFileSync(join(folder, 'summary.md'), 'utf8'));
  append(
    step.outputFile,
    () =>
      `decision=${decision.decision}\nexit_code=${decision.exitCode}\nreport_dir=${folder}\nrecord_hash=${decision.recordHash}\n`,
  );
}
