import { contentHash } from '../foundation/canonical-json.ts';
import { STALE_MS } from '../evidence/metric.ts';
import { type Plan, planHash } from '../evidence/plan.ts';
import type { RunRecord } from '../evidence/run-record.ts';
import { isCritical } from '../evidence/verdict.ts';
import { checkContradiction } from './check-integrity.ts';
import type { DecisionReason } from './decision.ts';
import { type Policy, policySchema } from './policy.ts';

/**
 * What a record claims and does not bear out: checks that are not the plan (design.md §2, law 5), passes without
 * their evidence (law 1), what was seen before the run began, and everything else that a run of ours never leaves. A record
 * from which something was lost must not read better than the whole one.
 */
export function integrityReasons(record: RunRecord): readonly DecisionReason[] {
  const policy = policySchema.safeParse(record.policy.resolved).data ?? null;
  const general = [
    ...planProblems(record),
    ...timeProblems(record),
    ...revisionProblems(record),
    ...observerProblems(record),
    ...(policy === null ? [] : policyContradictions(record, policy)),
    ...(record.state === 'complete' ? endProblems(record) : []),
  ];
  const reasons: DecisionReason[] = general.map((text) => ({ rule: 4, check: null, text }));
  for (const check of record.checks) {
    const problem = checkContradiction(check, record);
    if (problem === null) continue;
    reasons.push({
      rule: isCritical(check.severity) ? 4 : 5,
      check: check.id,
      text: `${check.id} ${check.title}: recorded as ${check.verdict}, ${problem}`,
    });
  }
  return reasons;
}

function planProblems(record: RunRecord): readonly string[] {
  return record.checks.length > 0 && planHash(planOf(record)) !== record.plan.hash
    ? ['the ledger of checks does not add up: the checks of the record are not those of its plan']
    : [];
}

function planOf(record: RunRecord): Plan {
  return {
    schema: 1,
    checks: record.checks.map(({ selected: _s, verdict: _v, attempts: _a, ...planned }) => planned),
  };
}

/** Dates decide whether a waiver holds: one that cannot be read, or lies before the run, must not let it through. */
function timeProblems({ startedAt, endedAt, decidedAt, state }: RunRecord): readonly string[] {
  const [start, end, decided] = [startedAt, endedAt ?? startedAt, decidedAt].map((text) => Date.parse(text));
  if (start === undefined || end === undefined || decided === undefined) return [];
  if (![start, end, decided].every(Number.isFinite)) return ['a time of the record cannot be read'];
  return [
    ...(end < start ? ['the run ended before it began: its clock was set, or the record was changed'] : []),
    ...(state !== 'running' && decided !== end ? ['the run was decided at another time than its end'] : []),
  ];
}

function revisionProblems({ revision }: RunRecord): readonly string[] {
  const behaviours = (revision.fingerprint?.seen ?? []).map((seen) => ({ ...seen, source: seen.behaviour }));
  return [...revision.readings, ...behaviours].flatMap(({ source, firstAtMs, lastAtMs, count }) => [
    ...(firstAtMs < -STALE_MS ? [`the revision of ${source} was read before the run began`] : []),
    ...(lastAtMs < firstAtMs || count < 1 ? [`the readings of the revision of ${source} do not add up`] : []),
  ]);
}

function observerProblems({ observer }: RunRecord): readonly string[] {
  const figures = [observer.eventLoopLagP99Ms, observer.eventLoopLagMaxMs, observer.samples];
  return figures.every((figure) => figure >= 0) ? [] : ['what the harness measured of itself cannot be'];
}

/** The policy that is decided by is the one that the run was started with. */
function policyContradictions(record: RunRecord, policy: Policy): readonly string[] {
  const { name, hash, resolved } = record.policy;
  const ids = record.checks.map(({ id }) => id);
  const isPart =
    policy.checks !== 'all' &&
    ids.length > 0 &&
    contentHash([...policy.checks].sort()) !== contentHash([...ids].sort());
  const same = contentHash(record.capabilities) === contentHash(policy.missingCapabilities);
  return [
    ...(name !== policy.name || hash !== contentHash(resolved)
      ? ['the policy of the record is not the one that its name and hash are of']
      : []),
    ...(isPart ? ['the checks of the record are not those that its policy lists'] : []),
    ...(policy.checks !== 'all' && record.selection.scope === 'full'
      ? ['the policy lists a part of the checks, and the run calls itself whole']
      : []),
    ...(record.revision.policy !== policy.revision
      ? ['the revision was judged by another rule than the policy has']
      : []),
    ...(contentHash(record.revision.fingerprint?.expected ?? null) !==
    contentHash(record.state === 'refused' ? null : (policy.fingerprint ?? null))
      ? ['the behaviours were judged by another expectation than the policy has']
      : []),
    ...(same
      ? []
      : ['the capabilities that the record lacks are not those that its policy declares missing']),
  ];
}

/** What a run that ended by itself has. */
function endProblems({ endedAt, signal, evidence, artifactScan, checks }: RunRecord): readonly string[] {
  const kinds = Object.values(evidence.kinds).reduce((sum, count) => sum + count, 0);
  const { files, findings, state } = artifactScan;
  return [
    ...(endedAt === null ? ['the run is complete and has no end'] : []),
    ...(signal === null ? [] : [`the run is complete and was ended by ${signal}`]),
    ...(checks.length > 0 && kinds !== evidence.records
      ? [`the evidence does not add up: ${evidence.records} records, ${kinds} by kind`]
      : []),
    ...(state === 'clean' && findings.length > 0 ? ['the scan for secrets is clean and has findings'] : []),
    ...(state === 'clean' && files.length === 0 ? ['the scan for secrets saw no file'] : []),
  ];
}
