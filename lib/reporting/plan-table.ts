import type { Plan } from '../evidence/plan.ts';

/** The plan as a table: what must run, what it weighs, who owns it, and what it must have seen to pass. */
export function planTable(plan: Plan, selected: readonly string[]): string {
  const header = ['phase', 'check', 'severity', 'owner', 'budget', 'requires to have seen', 'title'];
  const rows = plan.checks
    .filter(({ id }) => selected.includes(id))
    .map((check) => [
      String(check.phase),
      check.id,
      check.severity,
      check.owner,
      `${check.budgetMs / 1_000} s`,
      check.requires
        .map(({ observation, floor }) => (floor === 1 ? observation : `${floor} x ${observation}`))
        .join(', '),
      check.title,
    ]);
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return `${[line(header), ...rows.map(line), '', `${rows.length} of ${plan.checks.length} checks`].join('\n')}\n`;
}
