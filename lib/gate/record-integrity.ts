import { STALE_MS } from '../evidence/metric.ts';
import { type Plan, planHash } from '../evidence/plan.ts';
import type { RecordedCheck, RunRecord } from '../evidence/run-record.ts';
import { isCritical, worstVerdict } from '../evidence/verdict.ts';
import type { DecisionReason } from './decision.ts';

/**
 * What a record claims and does not bear out: checks that are not the plan (design.md §2, law 5), passes without
 * their evidence (law 1), and what was seen before the run began. A record from which something was lost must not read better than the whole one.
 */
export function integrityReasons(record: RunRecord): readonly DecisionReason[] {
  const reasons: DecisionReason[] = [];
  if (record.checks.length > 0 && planHash(planOf(record)) !== record.plan.hash) {
    reasons.push({
      rule: 4,
      check: null,
      text: 'the ledger of checks does not add up: the checks of the record are not those of its plan',
    });
  }
  for (const { source, firstAtMs } of record.revision.readings) {
    if (firstAtMs >= -STALE_MS) continue;
    reasons.push({ rule: 4, check: null, text: `the revision of ${source} was read before the run began` });
  }
  for (const check of record.checks) {
    const problem = problemOf(check);
    if (problem === null) continue;
    reasons.push({
      rule: isCritical(check.severity) ? 4 : 5,
      check: check.id,
      text: `${check.id} ${check.title}: recorded as ${check.verdict}, ${problem}`,
    });
  }
  return reasons;
}

function planOf(record: RunRecord): Plan {
  return {
    schema: 1,
    checks: record.checks.map(({ selected: _s, verdict: _v, attempts: _a, ...planned }) => planned),
  };
}

function problemOf({ verdict, attempts }: RecordedCheck): string | null {
  const verdicts = attempts.map((attempt) => attempt.verdict);
  // A flaky check has an attempt that failed by definition.
  if (verdict !== 'flaky' && worstVerdict([verdict, ...verdicts]) !== verdict) {
    return 'and an attempt was worse';
  }
  if (verdict !== 'passed' && verdict !== 'flaky') return null;
  if (attempts.some(({ startedAtMs }) => startedAtMs < -STALE_MS)) return 'and asked before the run began';
  const good = attempts.filter((attempt) => attempt.verdict === 'passed' || attempt.verdict === 'flaky');
  if (good.length === 0) return 'and no attempt passed';
  return good.every(({ evidence }) => evidence.ok && evidence.refs.length > 0)
    ? null
    : 'without its evidence';
}
