import type { RunRecord } from '../evidence/run-record.ts';
import { isCritical, kindOfVerdict } from '../evidence/verdict.ts';
import type { DecisionReason } from './decision.ts';
import type { Policy } from './policy.ts';
import type { ThresholdOutcome } from './threshold.ts';
import type { WaiverUse } from './waiver-use.ts';

/** What the limits of a policy say of a run: beyond one is a red that no waiver excuses, an undecided one is an unknown. */
export function thresholdReasons(
  record: RunRecord,
  outcomes: readonly ThresholdOutcome[],
): readonly DecisionReason[] {
  // A part of a plan lacks figures by its nature; it is INCONCLUSIVE for being one.
  const { scope } = record.selection;
  const isWhole = record.state === 'complete' && (scope === 'full' || scope === 'smoke');
  return outcomes.flatMap(({ state, text }): DecisionReason[] => {
    if (state === 'exceeded') return [{ rule: 2, check: null, text: `threshold exceeded: ${text}` }];
    if (state === 'held' || !isWhole) return [];
    return [{ rule: 4, check: null, text: `threshold undecided: ${text}` }];
  });
}

/**
 * Why a run whose checks change their mind cannot be relied on: more of them than the policy allows. A check may be flaky where
 * it might have ended without a clear verdict, or red under a waiver: what is worse must not count for less.
 */
export function flakeReasons(
  record: RunRecord,
  policy: Policy,
  waivers: readonly WaiverUse[],
): readonly DecisionReason[] {
  const { flakeBudget, maxUnknowns = 0 } = policy;
  if (flakeBudget === undefined) return [];
  const { maxInRun, maxInHistory } = flakeBudget;
  const excused = new Set(
    waivers.filter(({ state }) => state === 'used' || state === 'idle').map(({ waiver: { check } }) => check),
  );
  const counted = record.checks.filter(({ id }) => !excused.has(id));
  const now = counted.filter(({ verdict }) => verdict === 'flaky').map(({ id }) => id);
  const unknowns = counted.filter(
    ({ severity, verdict }) => !isCritical(severity) && kindOfVerdict(verdict) === 'unknown',
  );
  const before = (record.flakes ?? []).map(({ id }) => id);
  const beyond = (ids: readonly string[], max: number, what: string): DecisionReason[] =>
    ids.length <= max
      ? []
      : [
          {
            rule: 5,
            check: null,
            text: `flake budget: expected at most ${max} checks that ${what}, got ${ids.length}: ${ids.slice(0, 10).join(', ')}`,
          },
        ];
  return [
    ...beyond(now, maxInRun + Math.max(0, maxUnknowns - unknowns.length), 'passed only after a retry'),
    ...beyond(before, maxInHistory, 'both passed and failed on this revision'),
  ];
}
