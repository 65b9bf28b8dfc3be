import type { PlannedCheck } from '../evidence/plan.ts';
import type { RequirementRow } from './requirement.ts';

/** Ids of the checks that answer for a row, in plan order. */
export function checksFor(row: RequirementRow, plan: readonly PlannedCheck[]): readonly string[] {
  return plan.filter(({ covers }) => covers.includes(row.id)).map(({ id }) => id);
}

/**
 * What is missing, one sentence each, both ways: a row that nobody answers for, and a check that answers for no
 * known row. A check or a behaviour needs a check, unless it is held elsewhere or beyond the wire.
 */
export function coverageGaps(
  rows: readonly RequirementRow[],
  plan: readonly PlannedCheck[],
): readonly string[] {
  const ids = rows.map(({ id }) => id);
  return [
    ...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `${id}: the row stands twice`),
    ...rows.flatMap((row) => rowGaps(row, plan)),
    ...plan.flatMap(({ id, covers }) =>
      covers.filter((row) => !ids.includes(row)).map((row) => `${id}: covers ${row}, which is no row`),
    ),
  ];
}

function rowGaps(row: RequirementRow, plan: readonly PlannedCheck[]): readonly string[] {
  const { id, title, kinds, held, beyond, instead } = row;
  const isAnswered = checksFor(row, plan).length > 0 || held.length > 0 || beyond !== null;
  const gaps: string[] = [];
  for (const kind of kinds) {
    switch (kind) {
      case 'C':
      case 'M':
      case 'V':
      case 'B':
      case 'feature':
      case 'suite':
        if (!isAnswered) gaps.push(`no check covers ${id} (${kind}): ${title}`);
        break;
      case 'R':
        if (held.length === 0 && beyond === null)
          gaps.push(`${id} (R): names no element of a report: ${title}`);
        break;
      case 'N':
        if (beyond === null) gaps.push(`${id} (N): does not say why it is beyond the wire: ${title}`);
        break;
      case '!':
        if (instead === null) gaps.push(`${id} (!): does not say what is done instead: ${title}`);
        break;
    }
  }
  return gaps;
}
