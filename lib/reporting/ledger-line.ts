import type { VerdictCounts } from '../evidence/verdict.ts';

/** The conservation line of every report: planned is the sum of the verdicts (design.md §2, law 5). */
export function ledgerLine(counts: VerdictCounts): string {
  return (
    `${counts.planned} planned = ${counts.passed} passed + ${counts.failed} failed + ${counts.flaky} flaky + ` +
    `${counts.inconclusive} inconclusive + ${counts.blocked} blocked + ${counts.skipped} skipped + ${counts['not-run']} not-run`
  );
}
