import { z } from 'zod';
import { contentHash } from '../foundation/canonical-json.ts';
import { CAPABILITIES, INDISPENSABLE, isCapability } from '../contract/capability.ts';
import type { PlannedCheck } from '../evidence/plan.ts';
import { OWNERS } from '../evidence/verdict.ts';

const isoDate = z.iso.date();

/** A part of the contract that the target lacks, said by name: the checks that need it are `skipped` with this reason. */
const missingCapabilitySchema = z.strictObject({
  capability: z.string(),
  owner: z.enum(OWNERS),
  reason: z.string().min(10),
  expires: isoDate,
});

/** What a run must show before a release (design.md §10). An empty plan or an unknown field is refused. */
export const policySchema = z.strictObject({
  $schema: z.string().optional(),
  schema: z.literal(1),
  name: z.string().min(1),
  /** `all` is every check of the manifest; a list is a plan of its own, as for `--smoke`. */
  checks: z.union([z.literal('all'), z.array(z.string()).min(1)]),
  /** How the deployed revision must be proven (design.md §13.4). */
  revision: z.enum(['required', 'fingerprint', 'unproven-accepted']),
  missingCapabilities: z.array(missingCapabilitySchema),
  /** Checks that say whether the change did what it claims, where `--change` names none. */
  change: z.array(z.string()).optional(),
  observer: z.strictObject({
    /** Event-loop lag of the harness above which its own timings are void, in milliseconds. */
    maxEventLoopLagP99Ms: z.number().positive().max(1_000),
  }),
});
export type Policy = z.infer<typeof policySchema>;

/** Problems that the schema cannot see: nothing may be declared away that the question rests on. */
export function policyProblems(
  policy: Policy,
  manifest: readonly PlannedCheck[],
  today: Date,
): readonly string[] {
  const problems: string[] = [];
  const known = new Set(manifest.map(({ id }) => id));
  const listed = policy.checks === 'all' ? [] : policy.checks;
  for (const id of [...listed, ...(policy.change ?? [])]) {
    if (!known.has(id)) problems.push(`checks: expected an id of the manifest, got ${id}`);
  }
  if (new Set(listed).size !== listed.length) problems.push('checks: expected each id once');
  // A short plan is legal, one that leaves out what the question rests on is not (design.md §13.3).
  const left =
    policy.checks === 'all'
      ? []
      : manifest.filter(({ id, severity }) => severity === 'blocker' && !listed.includes(id));
  if (left.length > 0) {
    problems.push(
      `checks: expected every blocker check of the manifest, missing ${left.map(({ id }) => id).join(', ')}`,
    );
  }
  for (const { capability, expires } of policy.missingCapabilities) {
    if (expires < today.toISOString().slice(0, 10)) {
      problems.push(`missingCapabilities: ${capability} expired on ${expires}`);
    }
    if (!isCapability(capability)) {
      const words = INDISPENSABLE.some((name) => name === capability)
        ? 'cannot be declared away'
        : `is unknown; expected one of ${Object.keys(CAPABILITIES).join(', ')}`;
      problems.push(`missingCapabilities: ${capability} ${words}`);
    }
  }
  return problems;
}

/** SHA-256 of the policy's canonical JSON. */
export function policyHash(policy: Policy): string {
  return contentHash(policy);
}
