import type { Baseline, CheckChange } from '../evidence/baseline.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { RecordedCheck, RunRecord } from '../evidence/run-record.ts';
import type { Verdict } from '../evidence/verdict.ts';
import type { Decision } from './decision.ts';
import { compareMetrics } from './metric-comparison.ts';

/** A run to compare: what it found, what it saw, and, for the earlier one, what was decided. */
export interface ComparedRun {
  readonly record: RunRecord;
  readonly evidence: readonly Evidence[];
}

/** Compares a run with an earlier one: checks always, metrics only where both runs asked the same of the same environment. */
export function compareRuns(
  before: ComparedRun & { readonly decision: Decision },
  after: ComparedRun,
): Baseline & { readonly kind: 'compared' } {
  const differences = differencesOf(before.record, after.record);
  const { decision } = before;
  return {
    kind: 'compared',
    runId: before.record.runId,
    decision: decision.decision,
    revision: decision.revision.seen.length === 1 ? (decision.revision.seen[0] ?? null) : null,
    decidedAt: decision.decidedAt,
    differences: [...differences],
    checks: [...compareChecks(before.record.checks, after.record.checks)],
    metrics: differences.length > 0 ? [] : [...compareMetrics(before.evidence, after.evidence)],
  };
}

/** Why figures of two runs must not be held against each other. */
function differencesOf(before: RunRecord, after: RunRecord): readonly string[] {
  const facts: readonly (readonly [string, (record: RunRecord) => string])[] = [
    ['environment', ({ target }) => target.environment],
    ['plan', ({ plan }) => plan.hash],
    ['scope', ({ selection }) => selection.scope],
    ['harness version', ({ harness }) => harness.version],
    ['time scale', ({ timeScale }) => String(timeScale)],
  ];
  return facts.filter(([, of]) => of(before) !== of(after)).map(([name]) => name);
}

const isJudged = (verdict: Verdict): boolean =>
  verdict === 'passed' || verdict === 'failed' || verdict === 'flaky';

/**
 * Checks that changed, in the order of the later plan. `fixed` needs a pass, not merely the absence of a red; `lost` was
 * judged and is not any more.
 */
function compareChecks(
  before: readonly RecordedCheck[],
  after: readonly RecordedCheck[],
): readonly CheckChange[] {
  const earlier = new Map(before.map((check) => [check.id, check.verdict]));
  const changes = after.flatMap(({ id, verdict }): CheckChange[] => {
    const was = earlier.get(id) ?? null;
    earlier.delete(id);
    const change = { id, before: was, after: verdict };
    if (was === null) return [{ ...change, standing: 'new' }];
    if (verdict === 'failed') return [{ ...change, standing: was === 'failed' ? 'still-fail' : 'new-fail' }];
    if (isJudged(was) && !isJudged(verdict)) return [{ ...change, standing: 'lost' }];
    return was === 'failed' && verdict === 'passed' ? [{ ...change, standing: 'fixed' }] : [];
  });
  const removed = [...earlier].map(([id, was]): CheckChange => ({
    id,
    standing: 'removed',
    before: was,
    after: null,
  }));
  return [...changes, ...removed];
}
