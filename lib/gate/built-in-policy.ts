import type { Policy } from './policy.ts';
import type { Threshold } from './threshold.ts';

/** Name of the built-in short policy. */
export const SMOKE = 'smoke';

/**
 * What the built-in full policy asks, as fixtures/policies/default.json says it too: a GO that was judged by less is named, and
 * is no release to go back to. A unit test holds the file equal to it.
 */
export const FULL_POLICY: Policy = {
  schema: 1,
  name: 'default',
  checks: 'all',
  revision: 'required',
  missingCapabilities: [],
  thresholds: [
    {
      metric: 'connection success',
      statistic: 'worst',
      operator: '>=',
      limit: 0.95,
      unit: 'ratio',
      minSamples: 20,
    },
    {
      metric: 'close code 1011',
      statistic: 'worst',
      operator: '==',
      limit: 0,
      unit: 'count',
      minSamples: 20,
    },
    {
      metric: 'readiness answer',
      statistic: 'worst',
      operator: '<=',
      limit: 10_000,
      unit: 'ms',
      minSamples: 2,
    },
    { metric: 'welcome', statistic: 'p95', operator: '<=', limit: 5_000, unit: 'ms', minSamples: 20 },
    { metric: 'first event', statistic: 'worst', operator: '<=', limit: 15_000, unit: 'ms', minSamples: 5 },
    { metric: 'whole turn', statistic: 'worst', operator: '<=', limit: 90_000, unit: 'ms', minSamples: 5 },
  ],
  flakeBudget: { maxInRun: 3, maxInHistory: 20 },
  maxUnknowns: 0,
  observer: { maxEventLoopLagP99Ms: 250 },
};

/**
 * In what a policy asks less than the built-in full one; empty when it asks at least as much. A capability that the target
 * lacks is a fact about the target with an owner and a last day, not a weaker question.
 */
export function weaknesses(policy: Policy): readonly string[] {
  const full = FULL_POLICY;
  const budget = full.flakeBudget ?? { maxInRun: 0, maxInHistory: 0 };
  const own = policy.flakeBudget ?? { maxInRun: Infinity, maxInHistory: Infinity };
  const { maxUnknowns = 0 } = policy;
  const lagMs = policy.observer.maxEventLoopLagP99Ms;
  return [
    ...(policy.checks === 'all' ? [] : [`asks ${policy.checks.length} checks, not all`]),
    ...(policy.revision === 'unproven-accepted' ? ['the revision need not be proven'] : []),
    ...(policy.revision === 'fingerprint' ? ['behaviours prove a generation, not a revision'] : []),
    ...(full.thresholds ?? []).flatMap((wanted) =>
      (policy.thresholds ?? []).some((given) => isAsStrict(given, wanted))
        ? []
        : [
            `no limit on ${wanted.metric} of ${wanted.operator} ${wanted.limit} ${wanted.unit}, or a wider one`,
          ],
    ),
    ...(maxUnknowns > (full.maxUnknowns ?? 0)
      ? [`accepts ${maxUnknowns} checks without a clear verdict`]
      : []),
    ...(own.maxInRun > budget.maxInRun || own.maxInHistory > budget.maxInHistory
      ? ['no flake budget, or a larger one']
      : []),
    ...(lagMs > full.observer.maxEventLoopLagP99Ms ? [`lets the harness itself be ${lagMs} ms late`] : []),
  ];
}

/** True when what holds by `given` holds by `wanted` too. */
function isAsStrict(given: Threshold, wanted: Threshold): boolean {
  if (given.metric !== wanted.metric || given.minSamples < wanted.minSamples) return false;
  if (given.statistic !== wanted.statistic && given.statistic !== 'worst') return false;
  switch (wanted.operator) {
    case '<':
    case '<=':
      return (given.operator === '<' || given.operator === '<=') && given.limit <= wanted.limit;
    case '>':
    case '>=':
      return (given.operator === '>' || given.operator === '>=') && given.limit >= wanted.limit;
    case '==':
      return given.operator === '==' && given.limit === wanted.limit;
  }
}

/** Words that a headline says itself: `GO (policy go)` or `GO (policy full)` would say more than was judged. */
export const MISLEADING_NAMES = [
  'go',
  'no-go',
  'nogo',
  'conditional',
  'conditional-go',
  'inconclusive',
  'passed',
  'failed',
  'green',
  'red',
  'approved',
  'full',
  'full-run',
  'whole',
  'whole-run',
  'all',
  'partial',
  'partial-run',
  'shard',
  'merged',
  'default-policy',
  'smoke-run',
] as const;

/** True for a name that could be read as the decision, or as how much was asked: alone, or as `go-staging` and `shard-1-of-2` are. */
export function isMisleadingName(name: string): boolean {
  return (
    MISLEADING_NAMES.some((word) => word === name) ||
    /^(?:go|no-go|nogo|conditional-go|inconclusive|partial|shard)(?:-|$)/.test(name)
  );
}

/** True for a name that a built-in policy bears, and no other may: its headline would say what it did not judge by. */
export function isReservedName(name: string): boolean {
  return name === FULL_POLICY.name || name === SMOKE;
}
