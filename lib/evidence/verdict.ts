import { assertNever } from '../foundation/errors.ts';

/** Every outcome a planned check can have (design.md §4). */
export const VERDICTS = [
  'passed',
  'failed',
  'flaky',
  'inconclusive',
  'blocked',
  'skipped',
  'not-run',
] as const;
export type Verdict = (typeof VERDICTS)[number];

/** How much a check weighs; a blocker or critical check can never be averaged away. */
export const SEVERITIES = ['blocker', 'critical', 'major', 'minor'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Who has to act on a red check. */
export const OWNERS = ['infrastructure', 'operations', 'backend', 'auth', 'agents', 'harness'] as const;
export type Owner = (typeof OWNERS)[number];

/** Critical includes blocker (design.md §10). */
export function isCritical(severity: Severity): boolean {
  return severity === 'blocker' || severity === 'critical';
}

/** Worst first: the order in which repeated attempts of one check are combined. */
const WORST_FIRST: readonly Verdict[] = [
  'failed',
  'blocked',
  'inconclusive',
  'not-run',
  'skipped',
  'flaky',
  'passed',
];

/** Combines the verdicts of several attempts: the worst wins, and no attempt at all is `not-run`. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  return WORST_FIRST.find((verdict) => verdicts.includes(verdict)) ?? 'not-run';
}

/** How many checks ended in each verdict; their sum is the plan (design.md §2, law 5). */
export type VerdictCounts = Readonly<Record<Verdict, number>> & { readonly planned: number };

/** Counts verdicts; every planned check has exactly one. */
export function countVerdicts(verdicts: readonly Verdict[]): VerdictCounts {
  const count = (wanted: Verdict): number => verdicts.filter((verdict) => verdict === wanted).length;
  return {
    planned: verdicts.length,
    passed: count('passed'),
    failed: count('failed'),
    flaky: count('flaky'),
    inconclusive: count('inconclusive'),
    blocked: count('blocked'),
    skipped: count('skipped'),
    'not-run': count('not-run'),
  };
}

/** Whether a verdict is a red, an unknown, or neither. */
export function kindOfVerdict(verdict: Verdict): 'good' | 'red' | 'unknown' | 'excused' {
  switch (verdict) {
    case 'passed':
      return 'good';
    case 'failed':
      return 'red';
    case 'inconclusive':
    case 'blocked':
    case 'not-run':
      return 'unknown';
    case 'skipped':
    case 'flaky':
      return 'excused';
    default:
      return assertNever(verdict);
  }
}
