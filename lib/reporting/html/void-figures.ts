import type { RunRecord } from '../../evidence/run-record.ts';
import { revisionState } from '../../gate/revision.ts';
import type { LatencyRow } from '../page/page-data.ts';

/** What stands in the place of a figure that belongs to no one revision. */
const VOID = 'void: several revisions answered during the run';
/** A number with a unit of what is measured. */
const FIGURE = /\d ?(?:ms|s|%|MB|bytes)(?![a-z])/;

/** True when every figure of the run was measured on several revisions: none of them may be read as valid. */
export function areFiguresVoid({ revision }: RunRecord): boolean {
  return revisionState(revision) === 'mixed';
}

/** The record without the figures that its checks told as what occurred. */
export function withoutFigures(record: RunRecord): RunRecord {
  return {
    ...record,
    checks: record.checks.map((check) => ({
      ...check,
      attempts: check.attempts.map((attempt) =>
        attempt.occurred !== null && FIGURE.test(attempt.occurred) ? { ...attempt, occurred: VOID } : attempt,
      ),
    })),
  };
}

/** A sample by its name alone. */
export function withoutValues(row: LatencyRow): LatencyRow {
  return {
    ...row,
    name: `${row.name} (${VOID})`,
    values: [],
    median: null,
    high: { ...row.high, value: null },
    baseline: null,
  };
}
