import type { ChalkInstance } from 'chalk';
import type { Diagnosis, RankedHypothesis } from '../diagnosis/diagnosis.ts';
import { printableLine } from '../foundation/printable.ts';

/** Ids and findings printed on a terminal; `diagnosis.json` has them all. */
const MAX_IDS = 8;
const MAX_FINDINGS = 3;
const MAX_EVIDENCE = 3;
/** More causes than this are told in two lines each, so that one screen names them all. */
const MAX_FULL_BRIEFS = 2;

/**
 * The causes as a terminal shows them: first what each is, who acts and what comes next, for whoever reads one screen; then
 * the evidence, what hangs under them, and what earlier runs said.
 */
export function causeLines(diagnosis: Diagnosis, chalk: ChalkInstance): readonly string[] {
  if (diagnosis.state === 'nothing red') return [];
  const causes = causesOf(diagnosis);
  const isNamed = causes.some(({ hypothesis }) => hypothesis === 'UNKNOWN');
  const { unattributed } = diagnosis;
  return [
    '',
    chalk.bold(`${diagnosis.headline}${certainty(diagnosis)}`),
    ...causes.flatMap((cause) => brief(cause, causes.length > MAX_FULL_BRIEFS, chalk)),
    ...diagnosis.contradicts.map(({ runId, hypothesis, symptoms }) =>
      chalk.yellow(
        oneLine(`  earlier   run ${runId} named ${hypothesis} for the same symptoms: ${symptoms.join('; ')}`),
      ),
    ),
    ...(diagnosis.probes.state === 'skipped' ? [chalk.yellow(`  ${diagnosis.probes.text}`)] : []),
    ...causes.flatMap((cause) => ['', ...evidenceOf(cause, diagnosis, causes.length > 1, chalk)]),
    ...(unattributed.length === 0 || isNamed
      ? []
      : ['', `unattributed ${unattributed.length}: ${idList(unattributed)}`]),
  ];
}

/** The cause that each check hangs under, by check id. */
export function causeByCheck(diagnosis: Diagnosis): ReadonlyMap<string, string> {
  return new Map(
    diagnosis.hypotheses.flatMap(({ hypothesis, under, checks }) =>
      checks.map((id) => [id, hypothesis === 'UNKNOWN' ? 'unattributed' : (under ?? hypothesis)]),
    ),
  );
}

function causesOf({ hypotheses }: Diagnosis): readonly RankedHypothesis[] {
  return hypotheses.filter(({ role }) => role === 'cause');
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
    case 'interrupted':
      return '';
  }
}

/** What it is, who acts, and what comes next. */
function brief(cause: RankedHypothesis, isShort: boolean, chalk: ChalkInstance): readonly string[] {
  const isKnown = cause.hypothesis !== 'UNKNOWN';
  return [
    `${chalk.bold(cause.hypothesis)}${isKnown ? ` ${cause.score.toFixed(2)}` : ''}  ${oneLine(cause.title)}`,
    ...(isShort
      ? [`  owner     ${cause.owner}: ${oneLine(cause.remedy)}`]
      : [
          `  owner     ${cause.owner}`,
          `  do        ${oneLine(cause.remedy)}`,
          `  then      ${oneLine(cause.next)}`,
        ]),
  ];
}

/** What speaks for it and against it, what it brought about, which checks hang under it, and where its owner looks. */
function evidenceOf(
  cause: RankedHypothesis,
  diagnosis: Diagnosis,
  isOneOfMany: boolean,
  chalk: ChalkInstance,
): readonly string[] {
  const told = (speaks: 'for' | 'against'): readonly string[] =>
    cause.findings
      .filter((finding) => finding.speaks === speaks)
      .slice(0, MAX_FINDINGS)
      .map(
        ({ text, evidence }) =>
          `  ${speaks.padEnd(9)} ${oneLine(text)}${evidence.length === 0 ? '' : ` ${chalk.dim(`[${idList(evidence, MAX_EVIDENCE)}]`)}`}`,
      );
  const below = diagnosis.hypotheses.filter(({ under }) => under === cause.hypothesis);
  return [
    ...(isOneOfMany ? [cause.hypothesis] : []),
    ...told('for'),
    ...told('against'),
    ...below.map(
      ({ hypothesis, title, checks }) =>
        `  with it   ${hypothesis}: ${oneLine(title)}${checks.length === 0 ? '' : ` (${idList(checks)})`}`,
    ),
    ...(cause.checks.length === 0 ? [] : [`  accounts for ${cause.checks.length}: ${idList(cause.checks)}`]),
    ...(cause.logQuery === null ? [] : [`  log query ${oneLine(cause.logQuery)}`]),
  ];
}

function oneLine(text: string): string {
  return printableLine(text, 1_000);
}

function idList(ids: readonly string[], most = MAX_IDS): string {
  return ids.length <= most
    ? ids.join(', ')
    : `${ids.slice(0, most).join(', ')} and ${ids.length - most} more`;
}
