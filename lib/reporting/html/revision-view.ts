import type { RunRecord } from '../../evidence/run-record.ts';
import type { Decision } from '../../gate/decision.ts';
import type { FingerprintView, PageView, Tone } from '../page/page-data.ts';
import type { BehaviourStanding, FingerprintState } from '../../evidence/fingerprint-judgement.ts';
import { fingerprintRows, pinnedFingerprint } from '../fingerprint-rows.ts';
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
    fingerprint: fingerprintView(record, revision.fingerprint ?? null),
  };
}

const STATE_TONES: Readonly<Record<FingerprintState, Tone>> = {
  agrees: 'good',
  differs: 'bad',
  mixed: 'bad',
  undecided: 'unknown',
};

const STANDING_TONES: Readonly<Record<BehaviourStanding, Tone>> = {
  agrees: 'good',
  differs: 'bad',
  'not observed': 'unknown',
};

function fingerprintView(
  record: RunRecord,
  fingerprint: NonNullable<Decision['revision']['fingerprint']> | null,
): FingerprintView | null {
  if (fingerprint === null) return null;
  return {
    word: { text: fingerprint.state, tone: STATE_TONES[fingerprint.state] },
    text: shown(fingerprint.text),
    pinned: pinnedFingerprint(record),
    rows: fingerprintRows(record).map((row) => ({
      title: row.title,
      value: row.value === null ? null : shown(row.value),
      generations: row.generations.join(', ') || (row.value === null ? '-' : 'none'),
      word: { text: row.standing, tone: STANDING_TONES[row.standing] },
      count: row.count,
      fromMs: row.fromMs,
      toMs: row.toMs,
      evidence: row.evidence,
    })),
  };
}
