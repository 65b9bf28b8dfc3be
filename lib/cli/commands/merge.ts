import { realpathSync } from 'node:fs';
import { basename, dirname, relative } from 'node:path';
import { evidenceSummary, sealEvidence } from '../../evidence/evidence-line.ts';
import { mergeRuns } from '../../evidence/run-merge.ts';
import type { RunRecord } from '../../evidence/run-record.ts';
import { HarnessError } from '../../foundation/errors.ts';
import { SecretIndex } from '../../foundation/redaction.ts';
import { decide } from '../../gate/decide.ts';
import { rememberedShards } from '../../gate/run-history.ts';
import { consoleReport } from '../../reporting/console-report.ts';
import { type Invocation, listFlag, textFlag } from '../launch/invocation.ts';
import { reportsFolder } from '../launch/reports-folder.mjs';
import { readHistory } from '../record/history-file.ts';
import { loadPage } from '../record/page-program.ts';
import { ruleText } from '../record/rule-text.ts';
import { RunFolder } from '../record/run-folder.ts';
import { writeReports } from '../record/run-report.ts';
import { readJudgedRun, runFolder } from '../record/stored-run.ts';
import { sealLine } from '../record/seal-line.ts';
import { terminalColour } from '../launch/terminal-colour.ts';

/** Puts the shards of one run together and decides; a missing, repeated, altered or foreign shard makes it INCONCLUSIVE. */
export async function merge(invocation: Invocation): Promise<number> {
  const reports = reportsFolder(invocation.root, textFlag(invocation, 'out'));
  const folders = namedFolders(invocation.positionals, reports);
  const expected = listFlag(invocation, 'expect-record');
  const parts = folders.map((folder) => {
    const { record, seal, problems } = readJudgedRun(folder, invocation.version, expected);
    return { record, evidence: seal.records, problems };
  });
  if (!parts.some(({ record }) => record.selection.shard !== null)) {
    throw new HarnessError('USAGE', `expected the folders of shards, got ${parts.length} runs and no shard`, {
      next: 'Run each part with --shard I/N first.',
    });
  }
  const neighbours = new Set([reports, ...folders.map((folder) => dirname(folder))]);
  const merged = mergeRuns(
    parts,
    [...neighbours].flatMap((folder) => rememberedShards(readHistory(folder))),
  );
  const sealed = sealEvidence(merged.evidence);
  const record: RunRecord = {
    ...merged.record,
    evidence: evidenceSummary(merged.evidence, sealed.rootHash),
  };
  const folder = new RunFolder(reports, record.runId);
  const running: RunRecord = { ...record, state: 'running' };
  folder.open(running, decide(running));
  // Every shard was scanned with its secrets; nothing is known of them here but the shapes of tokens.
  const written = writeReports(folder, record, sealed.text, new SecretIndex(), await loadPage(invocation));
  const chalk = terminalColour();
  process.stdout.write(
    consoleReport(written.record, written.decision, {
      chalk,
      rules: ruleText,
      folder: relative(process.cwd(), folder.path),
      diagnosis: written.diagnosis,
      files: folder.files(),
    }),
  );
  process.stdout.write(sealLine(written.decision));
  return written.decision.exitCode;
}

/** The folder of each run that is named; `latest` and the run it points to are one shard, a run named twice is not. */
function namedFolders(runs: readonly string[], reports: string): readonly string[] {
  const named = runs.map((run) => ({
    isLatest: basename(run) === 'latest',
    folder: realpathSync(runFolder(reports, run)),
  }));
  const own = named.filter(({ isLatest }) => !isLatest).map(({ folder }) => folder);
  const latest = named.filter(({ isLatest, folder }) => isLatest && !own.includes(folder));
  return [...own, ...latest.map(({ folder }) => folder)];
}
