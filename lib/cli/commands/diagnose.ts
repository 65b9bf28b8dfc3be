import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diagnose as diagnoseRun } from '../../diagnosis/diagnose.ts';
import { readableJson } from '../../foundation/canonical-json.ts';
import { HarnessError } from '../../foundation/errors.ts';
import { ExitCode } from '../../gate/exit-code.ts';
import { causeLines } from '../../reporting/cause-report.ts';
import { hasFlag, type Invocation } from '../launch/invocation.ts';
import { reportsFolder } from '../launch/reports-folder.mjs';
import { readJudgedRun, runFolder } from '../record/stored-run.ts';
import { terminalColour } from '../launch/terminal-colour.ts';

/**
 * Diagnoses a stored run again, offline: the same bytes as its `diagnosis.json`. Exits with 3 when the files of the run
 * contradict each other or it was refused, because then nothing can be said of it.
 */
export async function diagnose(invocation: Invocation): Promise<number> {
  const [run, ...more] = invocation.positionals;
  if (run === undefined || more.length > 0) {
    throw new HarnessError('USAGE', `expected one run to diagnose, got ${invocation.positionals.length}`, {
      next: 'npm run stagegate -- diagnose reports/latest',
    });
  }
  const folder = runFolder(reportsFolder(invocation.root, null), run);
  const stored = readJudgedRun(folder, invocation.version, []);
  const diagnosis = diagnoseRun(stored.record, stored.seal.records);
  const text = readableJson(diagnosis);
  const path = join(stored.folder, 'diagnosis.json');
  // Such a run asked the target nothing, and wrote no diagnosis.
  const isRefused = stored.record.state === 'refused' && !existsSync(path);
  const problems = [
    ...stored.problems,
    ...(isRefused || (existsSync(path) && readFileSync(path, 'utf8') === text)
      ? []
      : ['diagnosis.json: other bytes than the record and its evidence give']),
  ];
  const isWhole = problems.length === 0;
  // Damage comes first, and of a damaged run nobody can say that nothing is red.
  const isTold = isWhole || diagnosis.state !== 'nothing red';
  if (!isWhole) process.stderr.write(`${damageLines(diagnosis.runId, problems).join('\n')}\n`);
  if (hasFlag(invocation, 'json')) {
    if (isTold) process.stdout.write(text);
  } else if (isRefused && isWhole) {
    const said = ['refused before the first packet: there is nothing to diagnose', ...stored.record.warnings];
    process.stdout.write(`run ${diagnosis.runId}: ${said.join('\n')}\n`);
  } else if (isTold) {
    const lines = causeLines(diagnosis, terminalColour());
    process.stdout.write(`${[`run ${diagnosis.runId}: ${diagnosis.state}`, ...lines].join('\n')}\n`);
  }
  return isWhole && !isRefused ? ExitCode.Go : ExitCode.Inconclusive;
}

function damageLines(runId: string, problems: readonly string[]): readonly string[] {
  return [
    `run ${runId}: ALTERED, the files of this run are not as it wrote them  (exit ${ExitCode.Inconclusive})`,
    ...problems.map((problem) => `stagegate diagnose: ${problem}`),
  ];
}
