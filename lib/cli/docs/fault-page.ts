import { faultName, type FaultExpectation } from '../../proof/expectation.ts';
import type { CatalogueEntry } from '../target/fault-catalogue.ts';

/** Rows of wire-contract.md §9.1 that no fault stands for, and why. */
const ROWS_WITHOUT_FAULT: Readonly<Record<string, string>> = {
  F13: 'a property of the token that is sent, not of a backend: the tokens of Stagegate carry token_type',
  F40: 'the SSE route is no part of the dialect that is tested (docs/PROTOCOL.md)',
  F41: 'about a harness, not a backend: no check passes without evidence, and no fault is tolerated by "or rejected"',
  F42: 'about a harness, not a backend: verdicts rest on wire observations, not on how long a test took',
};
const LAST_ROW = 42;

type Row = readonly string[];

/** Returns docs/FAULTS.md: the faults of the reference backend by group, and what each must lead to. */
export function faultPage(catalogue: readonly CatalogueEntry[], matrix: readonly FaultExpectation[]): string {
  const groups = [...new Set(catalogue.map(({ group }) => group))];
  const bySettings = matrix.filter(({ settings }) => settings !== null);
  return [
    '# Faults',
    '<!-- Written by `npm run docs` from fixtures/reference-backend/faults/ and fixtures/fault-matrix/. Do not edit. -->',
    `The reference backend knows ${catalogue.length} deliberate misbehaviours. \`npm test -- --fault NAME\` shows what a run makes of one; ` +
      '`npm run prove` holds every line of the last column. `name=value` sets the parameter; durations in ms are scaled with the backend. ' +
      'A fault counts a firing only when it really changed what a client sees.',
    'A check that goes red is named with its rules ([errors.md](errors.md)), one that cannot judge as `unknown`; ' +
      'checks that stand on them are blocked and not listed. The last word is the cause that must be ranked first ([hypotheses.md](hypotheses.md)).',
    ...groups.flatMap((group) => [
      `## ${capital(group)}`,
      table(
        ['fault', 'parameter', 'what it does', 'comes from', 'must lead to'],
        catalogue.filter((entry) => entry.group === group).map((entry) => faultRow(entry, matrix)),
      ),
    ]),
    '## Settings of the target',
    'No server can show these: the run gets settings of its own (`--env`) instead of `--fault`.',
    table(
      ['fault', 'settings', 'must lead to'],
      bySettings.map((entry) => [`\`${entry.fault}\``, settingsText(entry), outcome(entry)]),
    ),
    '## Rows of the failure table',
    'Each failure mode of wire-contract.md §9.1, and the faults that stand for it.',
    table(
      ['row', 'faults'],
      failureRows().map((row) => [row, faultsOf(row, catalogue)]),
    ),
  ]
    .join('\n\n')
    .concat('\n');
}

/** The rows F1 to F42 of wire-contract.md §9.1. */
export function failureRows(): readonly string[] {
  return Array.from({ length: LAST_ROW }, (_, at) => `F${at + 1}`);
}

/** The names of the faults that say they stand for a row, or why there is none; empty when neither is known. */
export function faultsOf(row: string, catalogue: readonly CatalogueEntry[]): string {
  const names = catalogue
    .filter(({ origin }) => origin.split(/[^A-Z0-9]+/i).includes(row))
    .map(({ name }) => name);
  return names.length > 0 ? names.map((name) => `\`${name}\``).join(', ') : (ROWS_WITHOUT_FAULT[row] ?? '');
}

function faultRow(entry: CatalogueEntry, matrix: readonly FaultExpectation[]): Row {
  const { name, parameter, summary, origin } = entry;
  const expectations = matrix.filter((candidate) => faultName(candidate) === name);
  const texts = expectations.map((expectation) => {
    const value = expectation.fault.slice(name.length);
    return `${value === '' ? '' : `\`${value}\`: `}${outcome(expectation)}`;
  });
  const shown =
    parameter === null ? '' : `${parameter.name} (${parameter.unit}), ${parameter.default || 'no default'}`;
  return [`\`${name}\``, shown, summary, origin, texts.join('; ')];
}

function outcome(entry: FaultExpectation): string {
  if (entry.expect === 'no-change') return `no change: ${entry.because ?? ''}`;
  if (entry.warning !== null) return `warning at ${entry.warning.check}`;
  const reds = entry.failed.map(({ check, rules }) => `${check} ${rules.join(', ')}`);
  const unknowns = entry.inconclusive.map((check) => `${check} unknown`);
  const reason = entry.reason === null ? [] : [`"${entry.reason}"`];
  const cause = entry.hypothesis === undefined ? '' : ` → ${entry.hypothesis}`;
  return `${[...reds, ...unknowns, ...reason].join(', ')}${cause}`;
}

function settingsText({ settings }: FaultExpectation): string {
  const texts = Object.entries(settings ?? {}).map(([name, value]) => `${name}=${value}`);
  return texts.map((text) => `\`${text.replace(/a{20,}/, 'aaa…')}\``).join(' ');
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** A bar would end the cell, and underscores on both sides would be read as emphasis. */
function escaped(cell: string): string {
  return cell.replaceAll('|', String.raw`\|`).replaceAll(/__\w+__/g, (name) => `\`${name}\``);
}

/** A table as prettier would align it. */
function table(head: Row, rows: readonly Row[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => escaped(cell)));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: Row): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  const [first = head, ...rest] = cells;
  return [line(first), line(widths.map((width) => '-'.repeat(width))), ...rest.map(line)].join('\n');
}
