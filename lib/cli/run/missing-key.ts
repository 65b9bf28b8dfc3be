import type { Settings } from '../../config/settings.ts';
import type { PlannedCheck } from '../../evidence/plan.ts';
import type { Policy } from '../../gate/policy.ts';

/**
 * Says, before the first packet, what a run without the signing key comes to; nothing where no selected check needs it.
 * A policy that declares its absence has these checks skipped (design.md §13.3).
 */
export function missingKeyWarnings(
  settings: Pick<Settings, 'jwtSecretKey'>,
  selected: readonly PlannedCheck[],
  policy: Pick<Policy, 'missingCapabilities'>,
): readonly string[] {
  if (settings.jwtSecretKey !== null) return [];
  const needing = selected.filter(({ capabilities }) => capabilities.includes('signing-key'));
  if (needing.length === 0) return [];
  const ids = needing.map(({ id }) => id).join(', ');
  const what = `${needing.length} of ${selected.length} checks need JWT_SECRET_KEY, which is not set (${ids})`;
  return policy.missingCapabilities.some(({ capability }) => capability === 'signing-key')
    ? [
        `${what}: the policy declares signing-key missing, so they are skipped and the run is conditional at best`,
      ]
    : [
        `${what}: they stay inconclusive and the run cannot become GO. Ask the auth team for the key, or let the policy list signing-key under missingCapabilities, with owner, reason and end: the run is then conditional at best`,
      ];
}
