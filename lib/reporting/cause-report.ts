import type { ChalkInstance } from 'chalk';
import type { Diagnosis, RankedHypothesis } from '../diagnosis/diagnosis.ts';
import { printableLine } from '../foundation/printable.ts';

/** Ids and findings printed on a terminal; `diagnosis.json` has them all. */
const MAX_IDS = 8;
const MAX_FINDINGS = 3;

/** The causes as a terminal shows them: what, on what evidence, who acts, what comes next. */
export function causeLines(diagnosis: Diagnosis, chalk: ChalkInstance): readonly string[] {
  if (diagnosis.state === 'nothing red') return [];
  const causes = diagnosis.hypotheses.filter(({ role }) => role === 'cause');
  const lines = ['', chalk.bold(`${diagnosis.headline}${certainty(diagnosis)}`)];
  for (const cause of causes) {
    lines.push(...oneCause(cause, chalk));
    for (const other of diagnosis.hypotheses.filter(({ under }) => under === cause.hypothesis)) {
      lines.push(
        `  with it   ${other.hypothesis}: ${oneLine(other.title)}${other.checks.length === 0 ? '' : ` (${idList(other.checks)})`}`,
      );
    }
  }
  for (const { runId, hypothesis } of diagnosis.contradicts) {
    lines.push(chalk.yellow(`  earlier   run ${runId} named ${hypothesis} for the same symptoms`));
  }
  if (diagnosis.probes.state === 'skipped') lines.push(chalk.yellow(`  ${diagnosis.probes.text}`));
  return lines;
}

/** How sure the diagnosis is, in words that follow the headline. */
export function certainty({ state }: Diagnosis): string {
  switch (state) {
    case 'several causes':
      return ' (more than one cause: none explains everything)';
    case 'undecided':
      return ' (not decided: another explanation fits about as well)';
    case 'one cause':
    case 'unknown':
    case 'nothing red':
      return '';
  }
}

function oneCause(cause: RankedHypothesis, chalk: ChalkInstance): readonly string[] {
  const isKnown = cause.hypothesis !== 'UNKNOWN';
  const told = (speaks: 'for' | 'against'): readonly string[] =>
    cause.findings
      .filter((finding) => finding.speaks === speaks)
      .slice(0, MAX_FINDINGS)
      .map(
        ({ text, evidence }) =>
          `  ${speaks.padEnd(9)} ${oneLine(text)} ${chalk.dim(`[${idList(evidence)}]`)}`,
      );
  return [
    `${chalk.bold(cause.hypothesis)}${isKnown ? ` ${cause.score.toFixed(2)}` : ''}  ${oneLine(cause.title)}`,
    ...told('for'),
    ...told('against'),
    `  owner     ${cause.owner}: ${oneLine(cause.remedy)}`,
    `  then      ${oneLine(cause.next)}`,
    ...(cause.logQuery === null ? [] : [`  log query ${oneLine(cause.logQuery)}`]),
    ...(cause.checks.length === 0 ? [] : [`  accounts for ${cause.checks.length}: ${idList(cause.checks)}`]),
  ];
}

function oneLine(text: string): string {
  return printableLine(text, 1_000);
}

function idList(ids: readonly string[]): string {
  return ids.length <= MAX_IDS
    ? ids.join(', ')
    : `${ids.slice(0, MAX_IDS).join(', ')} and ${ids.length - MAX_IDS} more`;
}
