import type { HealthyResult, ProofRecord, ProofResult } from './proof-record.ts';

/** A session of proofs as Markdown: what was proven, the matrix of fault and check, and what is missing. */
export function proofReport(record: ProofRecord): string {
  const { baseline, coverage } = record;
  return [
    '# Proofs of the gate',
    '',
    `**${record.score.text}**${scopeText(record)}`,
    '',
    `- session ${record.id}, ${record.startedAt} to ${record.endedAt}, ${record.state}, exit code ${record.exitCode}`,
    `- seed ${record.seed}, ${record.jobs} at a time`,
    `- baseline: ${baseline === null ? 'not run' : healthyText(baseline)}`,
    `- checks that a fault turned red: ${coverage.planned - coverage.unproven.length} of ${coverage.planned} planned`,
    ...record.results
      .filter(({ credited, spoiltBy }) => credited && spoiltBy.length > 0)
      .map(
        ({ fault, spoiltBy }) =>
          `- proven at the second attempt, alone: ${markdownCell(`${fault} (${spoiltBy.join('; ')})`)}`,
      ),
    '',
    '## What is missing',
    '',
    ...(record.problems.length === 0
      ? ['Nothing.']
      : record.problems.map((text) => `- ${markdownCell(text)}`)),
    '',
    ...details(record.results.filter(({ credited }) => !credited)),
    '## Matrix of fault and check',
    '',
    'A red check stands with the rules it named, an undecided one with `?`. What is blocked stands on one of them.',
    '',
    '| fault | expected | proven | fired | red | blocked | passed | decision | ms |',
    '| --- | --- | --- | --: | --- | --: | --: | --- | --: |',
    ...record.results.map(matrixRow),
    '',
    '## Checks',
    '',
    '| check | turned red by |',
    '| --- | --- |',
    ...Object.entries(coverage.redBy).map(
      ([id, faults]) => `| ${id} | ${faults.length === 0 ? '–' : markdownCell(faults.join(', '))} |`,
    ),
    '',
  ].join('\n');
}

/** One line for the terminal about an entry. */
export function resultLine(result: ProofResult): string {
  const reds = redsOf(result);
  const fired = result.firings === null ? '' : `, fired ${result.firings}`;
  return `${result.credited ? 'proven    ' : 'NOT PROVEN'} ${result.fault.padEnd(30)} ${reds || result.expect}${fired}, ${Math.round(result.elapsedMs)} ms${repeatsText(result)}`;
}

/** One line about a healthy run. */
export function healthyText(result: HealthyResult): string {
  const counts = `${result.passed} of ${result.planned} planned passed`;
  return `${result.decision}, ${counts}, seed ${result.seed}${result.shuffled ? ', shuffled' : ''}, ${Math.round(result.elapsedMs)} ms${repeatsText(result)}`;
}

function repeatsText({ repeats }: { readonly repeats: number }): string {
  return repeats === 0 ? '' : `, attempt ${repeats + 1}: this machine was too slow before`;
}

function scopeText(record: ProofRecord): string {
  switch (record.scope) {
    case 'all':
      return '';
    case 'smallest':
      return ' (smallest set that turns every check red once)';
    case 'partial':
      return ` (partial: ${markdownCell(record.filters.join(' '))})`;
  }
}

function details(results: readonly ProofResult[]): readonly string[] {
  return results.flatMap(({ fault, problems, run }) => [
    `### ${markdownCell(fault)}`,
    '',
    ...problems.map((text) => `- ${markdownCell(text)}`),
    ...(run === null ? [] : ['', `Run: \`${run}\``]),
    '',
  ]);
}

function matrixRow(result: ProofResult): string {
  const { fault, expect, credited, firings, blocked, passed, decision, elapsedMs } = result;
  const cells = [fault, expect, credited ? 'yes' : '**no**', firings ?? '–', redsOf(result) || '–'];
  return `| ${[...cells, blocked.length, passed, decision ?? '–', Math.round(elapsedMs)].map((text) => markdownCell(String(text))).join(' | ')} |`;
}

function redsOf({ failed, inconclusive }: ProofResult): string {
  return [
    ...failed.map(({ check, rules }) => `${check} ${rules.join(' ')}`),
    ...inconclusive.map((id) => `${id} ?`),
  ].join(', ');
}

/** Text for a cell of a table: what a target said may stand in it, and must neither break the table nor begin a line. */
export function markdownCell(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
