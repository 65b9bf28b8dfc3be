import type { PlannedCheck } from '../../evidence/plan.ts';
import { absenceOf } from '../../gate/absence.ts';
import type { Policy } from '../../gate/policy.ts';

/** Says, before the first packet, what each absence that the policy declares comes to; nothing for one that no selected check needs. */
export function absenceWarnings(
  policy: Pick<Policy, 'missingCapabilities'>,
  selected: readonly PlannedCheck[],
): readonly string[] {
  return policy.missingCapabilities.flatMap(({ capability }) => {
    // Told with the key itself.
    if (capability === 'signing-key') return [];
    const { skipped, critical, blocked } = absenceOf([capability], selected);
    if (skipped.length === 0) return [];
    const ids = (checks: readonly PlannedCheck[]): string => checks.map(({ id }) => id).join(', ');
    const cap =
      blocked.length > 0
        ? `the run cannot become GO, as ${ids(blocked)} cannot be skipped`
        : critical.length > 0
          ? `CONDITIONAL GO at best, as ${ids(critical)} ${critical.length === 1 ? 'is' : 'are'} critical`
          : 'no decision hangs on them';
    return [
      `the policy declares ${capability} missing: ${skipped.length} of ${selected.length} checks are skipped; ${cap} (docs/CAPABILITIES.md)`,
    ];
  });
}
