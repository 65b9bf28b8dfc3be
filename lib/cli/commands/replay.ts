import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { diagnose } from '../../diagnosis/diagnose.ts';
import { writeFileAtomic } from '../../foundation/atomic-file.ts';
import { readableJson } from '../../foundation/canonical-json.ts';
import { HarnessError } from '../../foundation/errors.ts';
import { printableLine } from '../../foundation/printable.ts';
import { ExitCode } from '../../gate/exit-code.ts';
import { REPORT_FILE_NAMES, reportFiles } from '../../reporting/report-files.ts';
import { type Invocation, listFlag, textFlag } from '../launch/invocation.ts';
import { reportsFolder } from '../launch/reports-folder.mjs';
import { loadPage } from '../record/page-program.ts';
import { openReports } from '../record/run-folder.ts';
import { ruleText } from '../record/rule-text.ts';
import { readJudgedRun, runFolder } from '../record/stored-run.ts';

/**
 * Makes decision and reports of a stored run again from its record and compares every byte. Exits with the code of the
 * decision when all is as it was written, and with 3 when anything is not: then nothing of the run can be relied on.
 */
export async function replay(invocation: Invocation): Promise<number> {
  const [run, ...more] = invocation.positionals;
  if (run === undefined || more.length > 0) {
    throw new HarnessError('USAGE', `expected one run to replay, got ${invocation.positionals.length}`, {
      next: 'npm run stagegate -- replay reports/latest',
    });
  }
  const expected = listFlag(invocation, 'expect-record');
  const stored = readJudgedRun(runFolder(reportsFolder(invocation.root, null), run), null, expected);
  const { record, seal, decision } = stored;
  const out = textFlag(invocation, 'out');
  if (out !== null && existsSync(out) && realpathSync(out) === realpathSync(stored.folder)) {
    throw new HarnessError('USAGE', `expected --out to be another folder, got the run itself: ${out}`, {
      next: 'What a run wrote is never written again: name a new folder.',
    });
  }
  const program = await loadPage(invocation);
  const files = [
    { name: 'decision.json', content: readableJson(decision) },
    ...reportFiles({
      record,
      decision,
      diagnosis: diagnose(record, seal.records),
      rules: ruleText,
      evidence: () => seal.records,
      program,
    }).map(({ name, content }) => ({
      name,
      content: content(),
    })),
  ];
  const problems = [...stored.problems, ...foreignFiles(stored.folder)];
  // What binds decision.json to the record was looked at when it was read.
  for (const { name, content } of files.filter((file) => file.name !== 'decision.json')) {
    const path = join(stored.folder, name);
    if (!existsSync(path)) {
      // A run that was refused wrote its record and its decision only.
      if (record.state !== 'refused') problems.push(`${name}: missing`);
    } else if (readFileSync(path, 'utf8') !== content)
      problems.push(`${name}: other bytes than the record gives`);
  }
  if (out !== null) {
    openReports(resolve(out));
    for (const { name, content } of files) writeFileAtomic(join(resolve(out), name), content);
  }
  const isWhole = problems.length === 0;
  const lines = isWhole
    ? [
        `${decision.headline}  (exit ${decision.exitCode})  replayed from the record`,
        `${seal.records.length} evidence records, chain ends in ${seal.rootHash}`,
        `record ${decision.recordHash}`,
        ...(record.state === 'refused' ? record.warnings : []),
        `same bytes: ${files
          .map(({ name }) => name)
          .filter((name) => existsSync(join(stored.folder, name)))
          .join(', ')}`,
      ]
    : [
        `ALTERED  the files of this run are not as it wrote them  (exit ${ExitCode.Inconclusive})`,
        ...problems.map((problem) => `  ${problem}`),
        ...(record.harness.version === invocation.version
          ? []
          : [`  written by Stagegate ${record.harness.version}, replayed by ${invocation.version}`]),
      ];
  process.stdout.write(`${[`run ${record.runId}`, ...lines].join('\n')}\n`);
  return isWhole ? decision.exitCode : ExitCode.Inconclusive;
}

/** Files of a run beside its reports. */
const OTHER_FILES: readonly string[] = ['run.json', 'decision.json', 'evidence.ndjson'];

/** What stands in the folder of a run and was not written by it: somebody may read it as if it were. */
function foreignFiles(folder: string): readonly string[] {
  const own: readonly string[] = [...OTHER_FILES, ...REPORT_FILE_NAMES];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.isFile() || !own.includes(entry.name))
    .map((entry) => `${printableLine(entry.name, 120)}${entry.isDirectory() ? '/' : ''}: no file of this run`)
    .sort();
}
