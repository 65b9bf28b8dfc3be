import { contentHash } from '../foundation/canonical-json.ts';
import { assertNever } from '../foundation/errors.ts';
import type { RunRecord } from '../evidence/run-record.ts';
import { countVerdicts, isCritical, kindOfVerdict } from '../evidence/verdict.ts';
import { changeAxis, outcomeAxis } from './axes.ts';
import { FULL_POLICY, SMOKE, weaknesses } from './built-in-policy.ts';
import { type Condition, recheckCommand } from './condition.ts';
import type { Decision, DecisionKind, DecisionReason, RevisionState } from './decision.ts';
import { exitCodeOf } from './exit-code.ts';
import { filterReason } from './filter-reason.ts';
import { observerTooSlow } from './observer-limit.ts';
import { type Policy, policySchema } from './policy.ts';
import { flakeReasons, thresholdReasons } from './policy-reasons.ts';
import { integrityReasons } from './record-integrity.ts';
import { fingerprintSummary, isReadAtEnd, revisionState, revisionText } from './revision.ts';
import { judgeThresholds } from './threshold.ts';
import { type WaiverUse, waiverUses } from './waiver-use.ts';

/**
 * Judges a run by the total table of design.md §10. Pure: reads the record only, so a stored run
 * gives the same bytes again. A worse or missing input never gives a better decision.
 */
export function decide(record: RunRecord): Decision {
  const counts = countVerdicts(record.checks.map((check) => check.verdict));
  const revision = revisionState(record.revision);
  const policy = policySchema.safeParse(record.policy.resolved).data ?? null;
  const weaker = policy === null ? [] : weaknesses(policy);
  const thresholds = judgeThresholds(policy?.thresholds ?? [], record);
  const waivers = waiverUses(record);
  const waived = new Set(waivers.filter(({ state }) => state === 'used').map(({ waiver }) => waiver.check));
  const reasons = [
    ...harnessReasons(record),
    ...redReasons(record, waived),
    ...thresholdReasons(record, thresholds),
    ...unknownReasons(record, policy, revision, waived),
    ...(policy === null ? [] : flakeReasons(record, policy, waivers)),
    ...integrityReasons(record),
    ...conditionReasons(record, revision, waivers),
  ];
  const kind = kindOf(reasons);
  const decision: Omit<Decision, 'exitCode'> = {
    schema: 1,
    runId: record.runId,
    state: record.state === 'running' ? 'running' : 'final',
    decision: kind,
    scope: record.selection.scope,
    headline: headlineOf(record, kind, { isFull: weaker.length === 0, revision }),
    policy: { name: record.policy.name, weaker },
    axes: { outcome: outcomeAxis(record), change: changeAxis(record) },
    reasons,
    conditions: kind === 'CONDITIONAL_GO' ? reasons.map((reason) => conditionOf(record, reason)) : [],
    waivers: waivers.map(({ waiver, state, text }) => ({ check: waiver.check, state, text })),
    thresholds,
    counts,
    revision: {
      state: revision,
      expected: record.revision.expected,
      seen: [...new Set(record.revision.readings.map((reading) => reading.revision ?? 'hidden'))].sort(),
      ...fingerprintSummary(record.revision),
    },
    decidedAt: record.decidedAt,
    evidenceRoot: record.evidence.rootHash,
    recordHash: contentHash(record),
  };
  return {
    ...decision,
    exitCode: exitCodeOf(kind, {
      harnessFault: reasons.some((reason) => reason.rule === 1),
      signal: record.signal,
      acceptConditional: record.gate.acceptConditional,
      refused: record.state === 'refused',
    }),
  };
}

/** The lowest rule that has a reason decides; no reason at all is GO. */
function kindOf(reasons: readonly DecisionReason[]): DecisionKind {
  const first = reasons.reduce<DecisionReason['rule'] | null>(
    (lowest, reason) => (lowest === null || reason.rule < lowest ? reason.rule : lowest),
    null,
  );
  switch (first) {
    case null:
      return 'GO';
    case 1:
      return 'INCONCLUSIVE';
    case 2:
    case 3:
      return 'NO_GO';
    case 4:
    case 5:
      return 'INCONCLUSIVE';
    case 6:
      return 'CONDITIONAL_GO';
    default:
      return assertNever(first);
  }
}

function harnessReasons(record: RunRecord): DecisionReason[] {
  const reasons: DecisionReason[] = record.harnessFaults.map((fault) => ({
    rule: 1,
    check: null,
    text: `harness fault ${fault.code}: ${fault.message}`,
  }));
  for (const finding of record.artifactScan.findings) {
    reasons.push({
      rule: 1,
      check: null,
      text: `${finding.file} held ${finding.secret} (${finding.count} places)`,
    });
  }
  if (record.artifactScan.state === 'leak' && record.artifactScan.findings.length === 0) {
    reasons.push({ rule: 1, check: null, text: 'the artifact scan found a secret' });
  }
  return reasons;
}

function redReasons(record: RunRecord, waived: ReadonlySet<string>): DecisionReason[] {
  return record.checks
    .filter(({ id, verdict }) => kindOfVerdict(verdict) === 'red' && !waived.has(id))
    .map((check) => ({
      rule: isCritical(check.severity) ? 2 : 3,
      check: check.id,
      text: `${check.id} ${check.title}: failed (${check.severity})`,
    }));
}

/** Work of the checks that may pass without a sample of our own event loop: shorter runs hold none. */
const UNOBSERVED_MS = 250;

function workedMs(record: RunRecord): number {
  return record.checks.reduce(
    (sum, check) => sum + check.attempts.reduce((total, { durationMs }) => total + durationMs, 0),
    0,
  );
}

function unknownReasons(
  record: RunRecord,
  policy: Policy | null,
  revision: RevisionState,
  waived: ReadonlySet<string>,
): DecisionReason[] {
  const reasons: DecisionReason[] = [];
  const unknown = (text: string): void => void reasons.push({ rule: 4, check: null, text });
  if (record.state === 'running') unknown('the run has not ended');
  if (record.state === 'interrupted') unknown(`the run was interrupted (${record.signal ?? 'no signal'})`);
  if (record.state === 'refused') unknown('the run was refused before the first packet');
  if (record.checks.length === 0) unknown('nothing was planned');
  if (record.checks.length > 0 && record.checks.every(({ verdict }) => verdict === 'skipped')) {
    unknown('every check was skipped: nothing was judged');
  }
  if (record.artifactScan.state === 'pending' && record.state !== 'running') {
    unknown('the artifacts were not scanned for secrets');
  }
  if (revision === 'mixed') unknown('several revisions answered during the run: the run is void');
  if (policy === null) {
    unknown('the policy of the record cannot be read');
  } else {
    if (record.state === 'complete' && record.observer.samples === 0 && workedMs(record) > UNOBSERVED_MS) {
      unknown('the harness did not measure its own event loop: its timings are void');
    }
    const slow = observerTooSlow(record);
    if (slow !== null) unknown(slow);
  }
  const { scope } = record.selection;
  const unread = (scope === 'partial' || scope === 'shard') && revision === 'not read';
  const isProven = revision === 'proven' || revision === 'generation-proven';
  const accepted = isProven || revision === 'unproven-accepted';
  if (record.state === 'complete' && !accepted && !unread) {
    unknown(`the deployed revision is not proven: ${revisionText(revision, record.revision)}`);
  }
  if (record.state === 'complete' && isProven && !isReadAtEnd(record)) {
    unknown('the deployed revision was not read again at the end: it may have changed during the run');
  }
  for (const problem of record.merge?.problems ?? []) unknown(problem);
  // A filter never shrinks the plan, even one that happens to match all of it (design.md §13.1).
  const filtered = scope === 'partial' && record.state === 'refused' ? null : filterReason(record);
  if (filtered !== null) unknown(filtered);
  reasons.push(...unknownChecks(record, policy, waived));
  if (record.state !== 'running' && changeAxis(record) === 'unknown') {
    unknown('whether the change does what it claims was not established');
  }
  // A plan without the golden path leaves no unknown behind, and no answer either.
  const isWhole = scope === 'full' || scope === 'smoke';
  if (
    reasons.every(({ rule }) => rule === 6) &&
    isWhole &&
    record.state === 'complete' &&
    outcomeAxis(record) === 'unknown'
  ) {
    unknown('whether users can chat was not established');
  }
  return reasons;
}

/** A critical unknown always blocks; of the others a policy may accept a few, each as a condition. */
function unknownChecks(
  record: RunRecord,
  policy: Policy | null,
  waived: ReadonlySet<string>,
): readonly DecisionReason[] {
  const unknowns = record.checks.filter(
    ({ id, verdict }) => kindOfVerdict(verdict) === 'unknown' && !waived.has(id),
  );
  const lesser = unknowns.filter(({ severity }) => !isCritical(severity));
  const isAccepted = lesser.length <= (policy?.maxUnknowns ?? 0);
  return unknowns.map((check) => ({
    rule: isCritical(check.severity) ? 4 : isAccepted ? 6 : 5,
    check: check.id,
    text: `${check.id} ${check.title}: ${check.verdict} (${check.severity})`,
  }));
}

function conditionReasons(
  record: RunRecord,
  revision: RevisionState,
  waivers: readonly WaiverUse[],
): DecisionReason[] {
  const reasons: DecisionReason[] = record.checks
    .filter((check) => isCritical(check.severity) && kindOfVerdict(check.verdict) === 'excused')
    .map((check) => ({ rule: 6, check: check.id, text: `${check.id} ${check.title}: ${check.verdict}` }));
  for (const { index, attempt } of record.merge?.parts ?? []) {
    if (attempt === undefined || attempt.number < 2) continue;
    const text = `shard ${index} of ${record.merge?.count ?? '?'} is attempt ${attempt.number} of its CI job (${attempt.variable}): what the attempt before it saw is not in this run`;
    reasons.push({ rule: 6, check: null, text });
  }
  for (const { waiver, state, text } of waivers) {
    if (state === 'used') reasons.push({ rule: 6, check: waiver.check, text });
  }
  if (revision === 'unproven-accepted') {
    reasons.push({
      rule: 6,
      check: null,
      text: 'the deployed revision is unproven; the policy accepts that by name',
    });
  }
  return reasons;
}

/** A reason becomes a condition with somebody to answer for it and the command that asks again. */
function conditionOf(record: RunRecord, reason: DecisionReason): Condition {
  const check = record.checks.find(({ id }) => id === reason.check) ?? null;
  const waiver = record.gate.waivers.find((one) => one.check === reason.check) ?? null;
  return {
    check: reason.check,
    text: reason.text,
    owner: waiver?.owner ?? check?.owner ?? 'operations',
    expires: waiver?.expires ?? null,
    issue: waiver?.issue ?? null,
    command: recheckCommand(record, check),
  };
}

/** The built-in full policy is the one that goes without saying, unless its file was made weaker; a generation is no revision. */
function headlineOf(
  record: RunRecord,
  kind: DecisionKind,
  { isFull, revision }: { readonly isFull: boolean; readonly revision: RevisionState },
): string {
  const words = kind.replace('CONDITIONAL_GO', 'CONDITIONAL GO').replace('NO_GO', 'NO-GO');
  const generation = record.revision.fingerprint?.expected.generation ?? '?';
  const notes = [
    ...scopeNotes(record, isFull),
    ...(revision === 'generation-proven' ? [`revision by fingerprint: generation ${generation}`] : []),
    // It says nothing about a deployment, whatever a job calls its environment (design.md §13.11).
    ...(record.target.embedded ? ['embedded backend'] : []),
  ];
  return notes.length === 0 ? words : `${words} (${notes.join('; ')})`;
}

function scopeNotes({ policy: { name }, selection }: RunRecord, isFull: boolean): readonly string[] {
  switch (selection.scope) {
    case 'full':
      return name === FULL_POLICY.name && isFull ? [] : [`policy ${name}`];
    case 'smoke':
      return [name === SMOKE ? SMOKE : `policy ${name}`];
    case 'partial':
      return ['partial run'];
    case 'shard':
      return [`shard ${selection.shard?.index ?? '?'} of ${selection.shard?.count ?? '?'}`];
    default:
      return assertNever(selection.scope);
  }
}
