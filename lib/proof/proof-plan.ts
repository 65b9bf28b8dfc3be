import type { PlannedCheck } from '../evidence/plan.ts';
import { type FaultExpectation, namedChecks } from './expectation.ts';

/**
 * The checks of one proof, in plan order: those that the entry names, what they stand on, what stands on them,
 * and the sentinels, which are every blocker check and every rung of the ladder.
 */
export function checksOfProof(entry: FaultExpectation, plan: readonly PlannedCheck[]): readonly string[] {
  const planned = new Set(plan.map(({ id }) => id));
  const named = namedChecks(entry).filter((id) => planned.has(id));
  return withSentinels([...named, ...standingOn(named, plan)], plan);
}

/** Checks, what they stand on, and the sentinels, in plan order. */
export function withSentinels(checks: readonly string[], plan: readonly PlannedCheck[]): readonly string[] {
  const byId = new Map(plan.map((check) => [check.id, check]));
  const wanted = new Set(
    plan.filter(({ severity, rung }) => severity === 'blocker' || rung !== null).map(({ id }) => id),
  );
  for (const id of checks) wanted.add(id);
  // A set visits what is added while it is walked: prerequisites of prerequisites are found.
  for (const id of wanted) {
    for (const need of byId.get(id)?.needs ?? []) if (byId.has(need)) wanted.add(need);
  }
  return plan.filter(({ id }) => wanted.has(id)).map(({ id }) => id);
}

/** Checks that cannot be judged without one of `roots`, directly or through another check. */
function standingOn(roots: readonly string[], plan: readonly PlannedCheck[]): readonly string[] {
  const reached = new Set(roots);
  for (const root of reached) {
    const rung = plan.find(({ id }) => id === root)?.rung ?? null;
    for (const { id, needs } of plan) {
      if (needs.includes(root) || (rung !== null && needs.includes(rung))) reached.add(id);
    }
  }
  return [...reached];
}

/** Checks that an entry shows red when it comes true; a rung may also be shown undecided, which some can only be. */
export function provenBy(entry: FaultExpectation, plan: readonly PlannedCheck[]): readonly string[] {
  const rungs = new Set(plan.filter(({ rung }) => rung !== null).map(({ id }) => id));
  const known = new Set(plan.map(({ id }) => id));
  return [
    ...entry.failed.map(({ check }) => check).filter((id) => known.has(id)),
    ...entry.inconclusive.filter((id) => rungs.has(id)),
  ];
}

/**
 * The smallest set of entries that turns every check red once, as greedy set cover finds it. Of two that add as
 * much the one that names fewer checks is taken, then the earlier one, so the same matrix gives the same set.
 */
export function smallestCover(
  entries: readonly FaultExpectation[],
  plan: readonly PlannedCheck[],
): readonly FaultExpectation[] {
  const missing = new Set(entries.flatMap((entry) => provenBy(entry, plan)));
  const chosen = new Set<FaultExpectation>();
  while (missing.size > 0) {
    const best = entries
      .map((entry) => ({ entry, proven: provenBy(entry, plan) }))
      .map(({ entry, proven }) => ({
        entry,
        gain: proven.filter((id) => missing.has(id)).length,
        cost: proven.length,
      }))
      .reduce((a, b) => (b.gain > a.gain || (b.gain === a.gain && b.cost < a.cost) ? b : a));
    chosen.add(best.entry);
    for (const id of provenBy(best.entry, plan)) missing.delete(id);
  }
  return entries.filter((entry) => chosen.has(entry));
}

/** A check with a budget of minutes waits more than it works: for answers that a fault holds back, or for many samples. */
const LONG_BUDGET_MS = 300_000;

/**
 * Entries in the order in which their proofs should begin, the longest first, so that those who work on them end
 * together; the ones that mostly wait apart, so that work can go on beside them.
 */
export function byDuration(
  entries: readonly FaultExpectation[],
  plan: readonly PlannedCheck[],
): { readonly waiting: readonly FaultExpectation[]; readonly working: readonly FaultExpectation[] } {
  const budgets = new Map(plan.map(({ id, budgetMs }) => [id, budgetMs]));
  const budgetOf = (entry: FaultExpectation): number =>
    Math.max(0, ...provenBy(entry, plan).map((id) => budgets.get(id) ?? 0));
  const ordered = entries.toSorted((a, b) => budgetOf(b) - budgetOf(a));
  return {
    waiting: ordered.filter((entry) => budgetOf(entry) >= LONG_BUDGET_MS),
    working: ordered.filter((entry) => budgetOf(entry) < LONG_BUDGET_MS),
  };
}
