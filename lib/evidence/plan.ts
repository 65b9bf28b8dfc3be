import { z } from 'zod';
import { contentHash } from '../foundation/canonical-json.ts';
import { OBSERVATIONS } from './observation.ts';
import { OWNERS, SEVERITIES } from './verdict.ts';

/** What a check is about: a promise of the target, or an incident that once broke one. */
export const CHECK_KINDS = ['requirement', 'reproduction'] as const;
export type CheckKind = (typeof CHECK_KINDS)[number];

/** One check as it is planned: who answers for it, what it weighs, and what it must have seen to pass. */
export const plannedCheckSchema = z.strictObject({
  id: z.string().regex(/^[A-Z]+(-[A-Z]+)*-\d{2}$/),
  title: z.string().min(1),
  /** A `reproduction` repeats a known incident; its outcome is said in words, never by colour alone. */
  kind: z.enum(CHECK_KINDS),
  suite: z.string().min(1),
  file: z.string().min(1),
  phase: z.int().min(0).max(7),
  severity: z.enum(SEVERITIES),
  owner: z.enum(OWNERS),
  requires: z.array(z.strictObject({ observation: z.enum(OBSERVATIONS), floor: z.int().min(1) })).min(1),
  /** The preflight rung that the check reports on; null for every other check. */
  rung: z.string().nullable(),
  /** Preflight rungs, or checks, without which the check cannot be judged. */
  needs: z.array(z.string()),
  /** Capabilities the target must have; a policy may declare one missing. */
  capabilities: z.array(z.string()),
  /** Time the check may take on a target with time scale 1, in milliseconds. */
  budgetMs: z.int().min(1),
  /** Requests and openings the check makes at most, for the pace on a real target. */
  requests: z.int().min(0),
  /** Rows of the requirements that the check answers for, as `S0-7` (docs/COVERAGE.md). */
  covers: z.array(z.string().regex(/^(S[0-4]|R|E)-[A-Z0-9]+$/)),
});
export type PlannedCheck = z.infer<typeof plannedCheckSchema>;

/** The checks that must run, in a stable order; the manifest of the suites (`suites/plan.json`). */
export const planSchema = z.strictObject({
  schema: z.literal(1),
  checks: z.array(plannedCheckSchema),
});
export type Plan = z.infer<typeof planSchema>;

/** Sorts checks by phase, suite and id, so that the same suites always give the same plan. */
export function createPlan(checks: readonly PlannedCheck[]): Plan {
  const key = (check: PlannedCheck): string => `${check.phase} ${check.suite} ${check.id}`;
  return {
    schema: 1,
    checks: [...checks].sort((a, b) => (key(a) < key(b) ? -1 : 1)),
  };
}

/** SHA-256 of the plan's canonical JSON: the same number in every shard of a run. */
export function planHash(plan: Plan): string {
  return contentHash(plan);
}
