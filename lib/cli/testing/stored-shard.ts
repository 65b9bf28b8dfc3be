import type { Evidence } from '../../evidence/evidence.ts';
import { evidenceSummary, sealEvidence } from '../../evidence/evidence-line.ts';
import type { RunRecord } from '../../evidence/run-record.ts';
import { samplePolicy, sampleRecord } from '../../evidence/testing/sample-record.ts';
import { decide } from '../../gate/decide.ts';
import { RunFolder } from '../record/run-folder.ts';

/** What the sample checks passed by. */
const SEEN: readonly Evidence[] = [
  {
    id: 'w1-1',
    check: 'AGENT-01',
    atMs: 120,
    wallTime: '2026-03-01T10:00:00.120Z',
    body: {
      kind: 'chat.turn',
      connection: 'c1',
      subject: null,
      runId: null,
      threadId: null,
      ended: 'terminal',
      eventTypes: {},
      variants: {},
      firstEventMs: null,
      maxGapMs: null,
      totalMs: 30,
      violations: [],
      warnings: [],
    },
  },
  {
    id: 'w1-2',
    check: 'AGENT-01',
    atMs: 130,
    wallTime: '2026-03-01T10:00:00.130Z',
    body: { kind: 'note', text: 'a turn was seen' },
  },
];

/** Stores the only shard of a run, so that `merge` makes every file of a run from it. Returns its folder. */
export function storeShard(
  reports: string,
  evidence: readonly Evidence[],
  fields: Partial<RunRecord> = {},
): string {
  const all = [...SEEN, ...evidence];
  const sealed = sealEvidence(all);
  const record = sampleRecord({
    // Limits on figures that nothing here measures would block the run.
    policy: samplePolicy({ name: 'sample', thresholds: undefined }),
    metrics: [],
    selection: { scope: 'shard', filters: [], repeat: 1, shard: { index: 1, count: 1 } },
    evidence: evidenceSummary(all, sealed.rootHash),
    ...fields,
  });
  const folder = new RunFolder(reports, 'part-1');
  folder.write('evidence.ndjson', sealed.text);
  folder.writeDecision(record, decide(record));
  folder.removeWork();
  return folder.path;
}
