import type { Settings } from '../../config/settings.ts';
import type { PlannedCheck } from '../../evidence/plan.ts';
import { reportWords } from '../../evidence/report-words.ts';
import { HarnessError } from '../../foundation/errors.ts';
import { SecretIndex } from '../../foundation/redaction.ts';

/** Share of the windows of a secret that must be no word of ours: with less, most leaks of a part of it would not be seen. */
const MIN_SHARE = 0.25;

/**
 * Refuses a secret that is mostly made of words which every report holds: its leak could not be told from a report.
 * @throws {HarnessError} `CONFIG_INVALID` naming every such secret by its fingerprint.
 */
export function requireDistinctSecrets(
  settings: Pick<Settings, 'bypassKey' | 'jwtSecretKey'>,
  plan: readonly PlannedCheck[],
): void {
  const index = new SecretIndex({ publicWords: reportWords(plan) });
  const indistinct = [settings.bypassKey, settings.jwtSecretKey].flatMap((secret) =>
    secret !== null && index.distinctShare(secret.reveal()) < MIN_SHARE
      ? [`${secret.label} (sha256:${secret.fingerprint})`]
      : [],
  );
  if (indistinct.length === 0) return;
  throw new HarnessError(
    'CONFIG_INVALID',
    `expected secrets that can be told from the words of a report, got ${indistinct.join(' and ')}, made mostly of such words`,
    {
      next: 'Ask whoever issues it for a random one, as `openssl rand -hex 24` makes: a leak of this one could not be found.',
    },
  );
}
