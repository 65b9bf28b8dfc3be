import type { RunRecord } from '../../evidence/run-record.ts';
import type { Decision } from '../../gate/decision.ts';
import type { PageView, Tone } from '../page/page-data.ts';
import { type RevisionOrigin, revisionRows, type RevisionStanding } from '../revision-rows.ts';
import { shown } from './shown-text.ts';
import { toneOfRevision } from './tone.ts';

/** Rows that the page holds: a rollout that answers by turns has one for each answer. */
const MAX_ROWS = 60;

const ORIGINS: Readonly<Record<RevisionOrigin, string>> = {
  ladder: 'health: ladder, before the checks',
  connection: 'connections, and answers beside them',
  answer: 'answers during the run',
  end: 'end: after the last check',
};

const TONES: Readonly<Record<RevisionStanding, Tone>> = {
  'the expected one': 'good',
  'another one': 'bad',
  hidden: 'unknown',
  'none was expected': 'unknown',
};

/** What each reading of the revision said, and how it stands to the one that was expected. */
export function revisionView(record: RunRecord, { revision }: Decision): PageView['revision'] {
  const rows = revisionRows(record);
  return {
    word: { text: revision.state, tone: toneOfRevision(revision.state) },
    expected: revision.expected === null ? null : shown(revision.expected),
    seen: revision.seen.map((seen) => shown(seen)),
    policy: record.revision.policy,
    policyName: record.policy.name,
    readings: rows.reduce((sum, { count }) => sum + count, 0),
    rows: rows.slice(0, MAX_ROWS).map((row) => ({
      fromMs: row.firstAtMs,
      toMs: row.lastAtMs,
      count: row.count,
      origin: ORIGINS[row.origin],
      source: shown(row.source),
      value: row.revision === null ? null : shown(row.revision),
      word: { text: row.standing, tone: TONES[row.standing] },
      connections: row.connections,
      evidence: row.evidence,
    })),
    omitted: Math.max(0, rows.length - MAX_ROWS),
  };
}
