import type { RecordedCheck, RunRecord } from '../../evidence/run-record.ts';
import { printable } from '../../foundation/printable.ts';
import type { CheckRow } from '../page/page-data.ts';
import { decisiveAttempt } from '../red-group.ts';
import { reproductionText } from '../reproduction-line.ts';
import { toneOfVerdict } from './tone.ts';

/** Records that a row links to; the list of the evidence has the rest. */
const MAX_REFS = 60;

/** The checks of a run as rows of the page, in the order of the plan. */
export function checkRows(record: RunRecord): readonly CheckRow[] {
  return record.checks.map((check) => checkRow(check));
}

function checkRow(check: RecordedCheck): CheckRow {
  const attempt = decisiveAttempt(check);
  const passes = check.attempts.filter(({ verdict }) => verdict === 'passed').length;
  return {
    id: check.id,
    title: check.title,
    verdict: check.verdict,
    word: { text: reproductionText(check) ?? check.verdict, tone: toneOfVerdict(check.verdict) },
    suite: check.suite,
    phase: check.phase,
    severity: check.severity,
    owner: check.owner,
    file: check.file,
    durationMs: attempt === null ? null : Math.round(attempt.durationMs * 10) / 10,
    attempts: check.attempts.length > 1 ? `${passes} of ${check.attempts.length} attempts passed` : null,
    violations: (attempt?.violations ?? []).map(({ rule, expected, actual, where, evidence }) => ({
      rule,
      expected: printable(expected),
      actual: printable(actual),
      where: printable(where),
      evidence: evidence ?? [],
    })),
    reason: attempt?.reason ?? (check.selected ? null : NOT_SELECTED),
    blockedBy: attempt?.blockedBy ?? null,
    occurred: attempt?.occurred ?? null,
    warnings: attempt?.warnings ?? [],
    observed: (attempt?.evidence.observed ?? []).map(
      ({ observation, observed, floor }) => `${observation} ${observed} of ${floor}`,
    ),
    refs: (attempt?.evidence.refs ?? []).slice(0, MAX_REFS),
  };
}

const NOT_SELECTED = { code: 'NOT_SELECTED', message: 'a filter left it out', next: null };
