import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diagnose as diagnoseRun } from '../../diagnosis/diagnose.ts';
import { readableJson } from '../../foundation/canonical-json.ts';
import { HarnessError } from '../../foundation/errors.ts';
import { ExitCode } from '../../gate/exit-code.ts';
import { causeLines } from '../../reporting/cause-report.ts';
import { hasFlag, type Invocation } from '../launch/invocation.ts';
import { reportsFolder } from '../launch/refusal.mjs';
import { readStoredRun, runFolder } from '../record/stored-run.ts';
import { terminalColour } from '../launch/terminal-colour.ts';

/**
 * Diagnoses a stored run again, offline: the same bytes as its `diagnosis.json`. Exits with 3 when the files of the run
 * contradict each other, because then nothing can be said of it.
 */
export async function diagnose(invocation: Invocation): Promise<number> {
  const [run, ...more] = invocation.positionals;
  if (run === undefined || more.length > 0) {
    throw new HarnessError('USAGE', `expected one run to diagnose, got ${invocation.positionals.length}`, {
      next: 'npm run stagegate -- diagnose reports/latest',
    });
  }
  const stored = readStoredRun(runFolder(reportsFolder(invocation.root, null), run));
  const diagnosis = diagnoseRun(stored.record, stored.seal.records);
  const text = readableJson(diagnosis);
  const path = join(stored.folder, 'diagnosis.json');
  const problems = [
    ...stored.problems,
    ...(existsSync(path) && readFileSync(path, 'utf8') === text
      ? []
      : ['diagnosis.json: other bytes than the record and its evidence give']),
  ];
  if (hasFlag(invocation, 'json')) {
    process.stdout.write(text);
  } else {
    const lines = causeLines(diagnosis, terminalColour());
    process.stdout.write(`${[`run ${diagnosis.runId}: ${diagnosis.state}`, ...lines].join('\n')}\n`);
  }
  for (const problem of problems) process.stderr.write(`stagegate diagnose: ${problem}\n`);
  return problems.length === 0 ? ExitCode.Go : ExitCode.Inconclusive;
}
