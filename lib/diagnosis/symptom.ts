import { isRevision } from '../contract/revision.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { RecordedCheck, RunRecord } from '../evidence/run-record.ts';
import { judgeFingerprint, tellingRows } from '../evidence/fingerprint-judgement.ts';
import { kindOfVerdict } from '../evidence/verdict.ts';

/** One thing that went wrong, as a rule that was broken or a reason why nothing was judged, in one check or rung. */
export interface Symptom {
  /** The check, or the rung when no check reports on it. */
  readonly where: string;
  /** True when a rung of the ladder showed it. */
  readonly rung: string | null;
  /** Id of the broken rule; null when nothing was judged. */
  readonly rule: string | null;
  /** Code of the reason when nothing was judged. */
  readonly reason: string | null;
  /** Cited by the violation, or by the rung. */
  readonly evidence: readonly string[];
  /** HTTP statuses in the cited records: of answers, and of refused opening handshakes. */
  readonly statuses: readonly number[];
  /** Codes with which the target ended the cited connections. */
  readonly closeCodes: readonly number[];
  /** True when a cited record says that nobody answered. */
  readonly unanswered: boolean;
  /** True when we stopped waiting in a cited record: the answer may still have come. */
  readonly timedOut: boolean;
}

type Attempt = RecordedCheck['attempts'][number];

/** Everything that went wrong in a run, in the order of the plan; blocked checks have no symptom of their own. */
export function symptomsOf(record: RunRecord, byId: ReadonlyMap<string, Evidence>): readonly Symptom[] {
  const reporters = new Map(
    record.checks.flatMap((check) => (check.rung === null ? [] : [[check.rung, check.id]])),
  );
  const fromRungs = record.preflight.flatMap((rung) =>
    rung.state === 'broken' || rung.state === 'undecided'
      ? [
          {
            where: reporters.get(rung.rung) ?? rung.rung,
            rung: rung.rung,
            rule: rung.rule,
            reason: rung.rule === null ? 'RUNG_UNDECIDED' : null,
            ...detailsOf(rungRecords(rung, byId), byId),
          },
        ]
      : [],
  );
  const fromChecks = record.checks.flatMap((check) =>
    check.selected && check.rung === null && !wasCutOff(check, record) ? ofCheck(check, byId) : [],
  );
  return [...fromRungs, ...fromChecks, ...ofRun(record, byId)];
}

/** What an interrupted run did not come to is no trouble of the target: it has no cause. */
function wasCutOff({ verdict }: RecordedCheck, { state }: RunRecord): boolean {
  return verdict === 'not-run' && state === 'interrupted';
}

/** Readings that name a revision: none was told by a hidden one, nor by a text that cannot be one. */
export function revisionsTold(
  readings: RunRecord['revision']['readings'],
): RunRecord['revision']['readings'] {
  return readings.filter(({ revision }) => revision !== null && isRevision(revision));
}

/** Records that cannot be of one deployment: two revisions that were told, or behaviours of several generations. */
export function contradictions({ readings, fingerprint }: RunRecord['revision']): readonly string[] {
  const told = revisionsTold(readings);
  const [first] = told;
  const other = told.find(({ revision }) => revision !== first?.revision);
  if (first !== undefined && other !== undefined) return [first.evidence, other.evidence];
  if (fingerprint === undefined) return [];
  const { state, rows } = judgeFingerprint(fingerprint);
  return state === 'mixed' ? tellingRows(rows).flatMap(({ seen }) => seen?.evidence ?? []) : [];
}

/** What no check can say alone: readings of the revision that contradict each other, and faults of ours. */
function ofRun(record: RunRecord, byId: ReadonlyMap<string, Evidence>): readonly Symptom[] {
  const mixed = contradictions(record.revision);
  const base = { where: 'run', rung: null } as const;
  return [
    ...(mixed.length === 0
      ? []
      : [{ ...base, rule: 'HLT-REVISION-MIXED', reason: null, ...detailsOf(mixed, byId) }]),
    ...record.harnessFaults.map(({ code }) => ({
      ...base,
      rule: null,
      reason: code,
      ...detailsOf([], byId),
    })),
  ];
}

/** Rungs that judge a connection which an earlier rung opened. */
const SESSION_RUNGS: readonly string[] = ['opening-handshake', 'welcome', 'liveness', 'chat-turn'];

/** Records of the run while a rung was climbed: connections and token sources report to the recorder they began with. */
function rungRecords(
  { rung, evidence, elapsedMs }: RunRecord['preflight'][number],
  byId: ReadonlyMap<string, Evidence>,
): readonly string[] {
  const endMs = Math.max(0, ...evidence.map((id) => byId.get(id)?.atMs ?? 0));
  const around = [...byId.values()].filter(({ check, atMs, body }) => {
    if (check !== null || atMs > endMs) return false;
    if (atMs >= endMs - elapsedMs) return true;
    return SESSION_RUNGS.includes(rung) && (body.kind === 'ws.close' || body.kind === 'ws.handshake');
  });
  return [...evidence, ...around.map(({ id }) => id)];
}

function ofCheck(check: RecordedCheck, byId: ReadonlyMap<string, Evidence>): readonly Symptom[] {
  if (check.verdict === 'blocked' || !['red', 'unknown'].includes(kindOfVerdict(check.verdict))) return [];
  const attempts = check.attempts.filter(({ verdict }) => verdict === check.verdict);
  const violations = attempts.flatMap((attempt) =>
    attempt.violations.map((violation) => ({
      rule: violation.rule,
      evidence: violation.evidence ?? attempt.evidence.refs,
    })),
  );
  if (violations.length > 0) {
    return [...new Set(violations.map(({ rule }) => rule))].map((rule) => ({
      where: check.id,
      rung: null,
      rule,
      reason: null,
      ...detailsOf(
        violations.filter((one) => one.rule === rule).flatMap(({ evidence }) => evidence),
        byId,
      ),
    }));
  }
  const attempt: Attempt | undefined = attempts.at(-1);
  return [
    {
      where: check.id,
      rung: null,
      rule: null,
      reason: attempt?.reason?.code ?? check.verdict,
      ...detailsOf(attempt?.evidence.refs ?? [], byId),
    },
  ];
}

function detailsOf(
  ids: readonly string[],
  byId: ReadonlyMap<string, Evidence>,
): Pick<Symptom, 'evidence' | 'statuses' | 'closeCodes' | 'unanswered' | 'timedOut'> {
  const statuses = new Set<number>();
  const closeCodes = new Set<number>();
  const opened = new Set(ids.flatMap((id) => connectionOf(byId.get(id)) ?? []));
  for (const { body } of opened.size === 0 ? [] : byId.values()) {
    if (body.kind === 'ws.close' && body.initiator !== 'local' && opened.has(body.connection))
      closeCodes.add(body.code);
  }
  let unanswered = false;
  let timedOut = false;
  for (const id of ids) {
    const body = byId.get(id)?.body;
    if (body?.kind === 'http.exchange' || body?.kind === 'ws.handshake') {
      const { outcome } = body;
      if (outcome.kind === 'answered' || outcome.kind === 'refused') statuses.add(outcome.status);
      if (outcome.kind === 'failed' || outcome.kind === 'censored') unanswered = true;
      if (outcome.kind === 'censored') timedOut = true;
    }
  }
  return {
    // An id without a record shows nothing.
    evidence: [...new Set(ids)].filter((id) => byId.has(id)),
    statuses: [...statuses],
    closeCodes: [...closeCodes],
    unanswered,
    timedOut,
  };
}

function connectionOf(one: Evidence | undefined): string | null {
  return one?.body.kind === 'ws.handshake' || one?.body.kind === 'ws.close' ? one.body.connection : null;
}
