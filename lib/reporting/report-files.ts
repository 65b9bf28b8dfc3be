import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { RunRecord } from '../evidence/run-record.ts';
import { readableJson } from '../foundation/canonical-json.ts';
import type { Decision } from '../gate/decision.ts';
import { junitXml } from './junit.ts';
import { markdownReport } from './markdown.ts';
import type { RuleLookup } from './red-group.ts';

/** A file of a run's folder that is made of the record alone, so that a stored run gives the same bytes again. */
export interface ReportFile {
  readonly name: string;
  readonly content: () => string;
}

/** The rendered files of a run, beside `run.json`, `decision.json` and `evidence.ndjson`. None of them can change the decision. */
export function reportFiles(
  record: RunRecord,
  decision: Decision,
  rules: RuleLookup,
  diagnosis: Diagnosis,
): readonly ReportFile[] {
  return [
    { name: 'diagnosis.json', content: () => readableJson(diagnosis) },
    { name: 'junit.xml', content: () => junitXml(record, decision, diagnosis) },
    { name: 'report.md', content: () => markdownReport(record, decision, rules, diagnosis) },
  ];
}
