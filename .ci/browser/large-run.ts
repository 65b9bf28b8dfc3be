import { diagnose } from '../../lib/diagnosis/diagnose.ts';
import type { Evidence } from '../../lib/evidence/evidence.ts';
import { evidenceSummary, sealEvidence } from '../../lib/evidence/evidence-line.ts';
import type { RunRecord } from '../../lib/evidence/run-record.ts';
import { bundlePage } from '../../lib/cli/launch/typescript.mjs';
import { ruleText } from '../../lib/cli/record/rule-text.ts';
import { readStoredRun } from '../../lib/cli/record/stored-run.ts';
import { decide } from '../../lib/gate/decide.ts';
import { type ReportFile, reportFiles } from '../../lib/reporting/report-files.ts';

/** A text that would run, were it anything but text. */
export const HOSTILE = '</script><img src=x onerror="alert(1)"><!--';

/** The report files of a run of `count` records, made of a stored one: its evidence again and again, on a longer clock. */
export async function largeRun(folder: string, count: number): Promise<readonly ReportFile[]> {
  const { record, seal } = readStoredRun(folder);
  const evidence = repeated(seal.records, count);
  const sealed = sealEvidence(evidence);
  const large: RunRecord = { ...record, evidence: evidenceSummary(evidence, sealed.rootHash) };
  const program = await bundlePage();
  return reportFiles({
    record: large,
    decision: decide(large),
    diagnosis: diagnose(large, evidence),
    rules: ruleText,
    evidence: () => evidence,
    program: () => program,
  });
}

function repeated(evidence: readonly Evidence[], count: number): readonly Evidence[] {
  const last = evidence.at(-1);
  if (last === undefined) throw new TypeError('expected a run with evidence');
  return Array.from({ length: count }, (_, at): Evidence => {
    const one = evidence[at % evidence.length] ?? last;
    const round = Math.floor(at / evidence.length);
    return {
      ...one,
      id: `w${round}-${at}`,
      atMs: one.atMs + round * last.atMs,
      body: renamed(one.body, round, at),
    };
  });
}

/** Connections of their own for each round, and every hundredth message says something hostile. */
function renamed(body: Evidence['body'], round: number, at: number): Evidence['body'] {
  if (body.kind === 'ws.message' && at % 100 < 2) {
    return {
      ...body,
      connection: `${body.connection}-${round}`,
      type: HOSTILE,
      sample: `{"text":"${HOSTILE}"`,
    };
  }
  return 'connection' in body ? { ...body, connection: `${body.connection}-${round}` } : body;
}
