import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { RunRecord } from '../evidence/run-record.ts';
import { readableJson } from '../foundation/canonical-json.ts';
import type { Decision } from '../gate/decision.ts';
import { codeQuality } from './code-quality.ts';
import { ctrfReport } from './ctrf.ts';
import { harLog } from './har.ts';
import { reportHtml } from './html/report-html.ts';
import { jobSummary } from './job-summary.ts';
import { junitXml } from './junit.ts';
import { markdownReport } from './markdown.ts';
import type { PageProgram } from './page/page-data.ts';
import type { RuleLookup } from './red-group.ts';

/** A file of a run's folder that is made of the record and its evidence alone, so that a stored run gives the same bytes again. */
export interface ReportFile {
  readonly name: string;
  readonly content: () => string;
}

/** What the rendered files of a run are made of. */
export interface ReportSource {
  readonly record: RunRecord;
  readonly decision: Decision;
  readonly diagnosis: Diagnosis;
  readonly rules: RuleLookup;
  /** Read only by the files that show the wire. */
  readonly evidence: () => readonly Evidence[];
  /** Read only by the page. */
  readonly program: () => PageProgram;
}

/** Names of the rendered files, in the order in which they are written. */
export const REPORT_FILE_NAMES = [
  'diagnosis.json',
  'junit.xml',
  'ctrf.json',
  'report.md',
  'report.html',
  'summary.md',
  'gl-code-quality.json',
  'evidence.har',
] as const;

/** The rendered files of a run, beside `run.json`, `decision.json` and `evidence.ndjson`. None of them can change the decision. */
export function reportFiles(source: ReportSource): readonly ReportFile[] {
  const { record, decision, diagnosis, rules } = source;
  const content: Readonly<Record<(typeof REPORT_FILE_NAMES)[number], () => string>> = {
    'diagnosis.json': () => readableJson(diagnosis),
    'junit.xml': () => junitXml(record, decision, diagnosis),
    'ctrf.json': () => `${JSON.stringify(ctrfReport(record, decision, diagnosis))}\n`,
    'report.md': () => markdownReport(record, decision, rules, diagnosis),
    'report.html': () =>
      reportHtml({
        record,
        decision,
        diagnosis,
        rules,
        evidence: source.evidence(),
        program: source.program(),
      }),
    'summary.md': () => jobSummary(record, decision, diagnosis),
    'gl-code-quality.json': () => `${JSON.stringify(codeQuality(record))}\n`,
    'evidence.har': () => `${JSON.stringify(harLog(record, source.evidence()))}\n`,
  };
  return REPORT_FILE_NAMES.map((name) => ({ name, content: content[name] }));
}
