import type { RecordedCheck, RunRecord } from '../evidence/run-record.ts';
import { decisiveAttempt } from './red-group.ts';

/** How a reproduction check ended, in the words that every report uses. */
type ReproductionOutcome = 'reproduced' | 'not reproduced' | 'inconclusive';

/** The outcome of a reproduction check; null for every other kind of check. */
function reproductionOutcome(check: RecordedCheck): ReproductionOutcome | null {
  if (check.kind !== 'reproduction') return null;
  switch (check.verdict) {
    case 'failed':
      return 'reproduced';
    case 'passed':
    case 'flaky':
      return 'not reproduced';
    case 'inconclusive':
    case 'blocked':
    case 'skipped':
    case 'not-run':
      return 'inconclusive';
  }
}

/** What a reproduction check says of itself: the outcome with the number of attempts, or why there is none. */
export function reproductionText(check: RecordedCheck): string | null {
  const outcome = reproductionOutcome(check);
  if (outcome === null) return null;
  const attempt = decisiveAttempt(check);
  if (outcome === 'inconclusive') return `inconclusive (${check.verdict})`;
  return attempt?.occurred ?? outcome;
}

/**
 * The known incidents of a run in one line of their own, so that none of them is read as a pass or a failure of the
 * product by its colour (requirements.md R-10). Null for a run that asked none.
 */
export function reproductionLine(record: RunRecord): string | null {
  const checks = record.checks.filter(({ kind }) => kind === 'reproduction');
  if (!checks.some(({ selected }) => selected)) return null;
  const ids = (wanted: ReproductionOutcome): readonly string[] =>
    checks.filter((check) => reproductionOutcome(check) === wanted).map(({ id }) => id);
  const [reproduced, absent, unknown] = [ids('reproduced'), ids('not reproduced'), ids('inconclusive')];
  const named = (list: readonly string[]): string => (list.length === 0 ? '' : ` (${list.join(', ')})`);
  const attempts = absent.length === 0 ? '' : ` (${attemptsOf(checks)})`;
  return (
    `reproductions: ${absent.length} not reproduced${attempts}, ${reproduced.length} reproduced${named(reproduced)}, ` +
    `${unknown.length} inconclusive${named(unknown)}`
  );
}

function attemptsOf(checks: readonly RecordedCheck[]): string {
  return checks
    .filter((check) => reproductionOutcome(check) === 'not reproduced')
    .map((check) => `${check.id} in ${attemptCount(check) ?? 'an unknown number of'} attempts`)
    .join(', ');
}

function attemptCount(check: RecordedCheck): string | null {
  return /not reproduced in (\d+) attempts/.exec(decisiveAttempt(check)?.occurred ?? '')?.[1] ?? null;
}
