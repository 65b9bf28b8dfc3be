import { ruleText } from '../../lib/cli/record/rule-text.ts';
import { readStoredRun } from '../../lib/cli/record/stored-run.ts';
import { bundlePage } from '../../lib/cli/launch/typescript.mjs';
import { diagnose } from '../../lib/diagnosis/diagnose.ts';
import type { Evidence } from '../../lib/evidence/evidence.ts';
import { evidenceSummary, sealEvidence } from '../../lib/evidence/evidence-line.ts';
import type { RunRecord } from '../../lib/evidence/run-record.ts';
import { decide } from '../../lib/gate/decide.ts';
import { type ReportFile, reportFiles } from '../../lib/reporting/report-files.ts';

/** A run: its record, and what it saw. */
export interface Run {
  readonly record: RunRecord;
  readonly evidence: readonly Evidence[];
}

/** The report files of a stored run after a change of it, judged and sealed again. */
export async function changedRun(folder: string, change: (run: Run) => Run): Promise<readonly ReportFile[]> {
  const stored = readStoredRun(folder);
  const { record, evidence } = change({ record: stored.record, evidence: stored.seal.records });
  const sealed = sealEvidence(evidence);
  const changed: RunRecord = { ...record, evidence: evidenceSummary(evidence, sealed.rootHash) };
  const program = await bundlePage();
  return reportFiles({
    record: changed,
    decision: decide(changed),
    diagnosis: diagnose(changed, evidence),
    rules: ruleText,
    evidence: () => evidence,
    program: () => program,
  });
}
