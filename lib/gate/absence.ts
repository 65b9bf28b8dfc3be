import type { PlannedCheck } from '../evidence/plan.ts';
import { isCritical } from '../evidence/verdict.ts';

/** What a declared absence of capabilities comes to, before any run: the checks that nobody then asks. */
export interface Absence {
  /** Skipped: they need the capability, or a check that does. */
  readonly skipped: readonly PlannedCheck[];
  /** Skipped and critical: the decision is CONDITIONAL GO at best (design.md §13.3). */
  readonly critical: readonly PlannedCheck[];
  /** Blockers that stand on what is skipped: they cannot be declared away, so the run is INCONCLUSIVE. */
  readonly blocked: readonly PlannedCheck[];
}

/** Follows the needs of a plan as a run does: what stands on a skipped check is skipped too, unless it is a blocker. */
export function absenceOf(capabilities: readonly string[], plan: readonly PlannedCheck[]): Absence {
  const skipped = new Set<PlannedCheck>(
    plan.filter((check) => check.capabilities.some((name) => capabilities.includes(name))),
  );
  const standsOnSkipped = ({ needs }: PlannedCheck): boolean =>
    [...skipped].some(({ id }) => needs.includes(id));
  for (let before = -1; before !== skipped.size;) {
    before = skipped.size;
    for (const check of plan) if (check.severity !== 'blocker' && standsOnSkipped(check)) skipped.add(check);
  }
  const inOrder = plan.filter((check) => skipped.has(check));
  return {
    skipped: inOrder,
    critical: inOrder.filter(({ severity }) => isCritical(severity)),
    blocked: plan.filter((check) => !skipped.has(check) && standsOnSkipped(check)),
  };
}
