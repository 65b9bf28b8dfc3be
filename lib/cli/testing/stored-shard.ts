import type { Evidence } from '../../evidence/evidence.ts';
import { evidenceSummary, sealEvidence } from '../../evidence/evidence-line.ts';
import type { RunRecord } from '../../evidence/run-record.ts';
import { sampleRecord } from '../../evidence/testing/sample-record.ts';
import { decide } from '../../gate/decide.ts';
import { RunFolder } from '../record/run-folder.ts';

/** Stores the only shard of a run, so that `merge` makes every file of a run from it. Returns its folder. */
export function storeShard(
  reports: string,
  evidence: readonly Evidence[],
  fields: Partial<RunRecord> = {},
): string {
  const sealed = sealEvidence(evidence);
  const record = sampleRecord({
    selection: { scope: 'shard', filters: [], repeat: 1, shard: { index: 1, count: 1 } },
    evidence: evidenceSummary(evidence, sealed.rootHash),
    ...fields,
  });
  const folder = new RunFolder(reports, 'part-1');
  folder.write('evidence.ndjson', sealed.text);
  folder.writeDecision(record, decide(record));
  folder.removeWork();
  return folder.path;
}
