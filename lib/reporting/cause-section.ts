import type { Diagnosis, RankedHypothesis } from '../diagnosis/diagnosis.ts';
import { certainty } from './cause-report.ts';

/** Makes text of the target harmless in Markdown. */
type Escape = (text: string) => string;

/** The diagnosis as Markdown: each cause with what speaks for and against it, then what else was weighed. */
export function causeSection(diagnosis: Diagnosis, escape: Escape): string {
  if (diagnosis.state === 'nothing red') return '';
  const causes = diagnosis.hypotheses.filter(({ role }) => role === 'cause');
  const parts = [
    '## Diagnosis',
    `**${escape(diagnosis.headline)}**${certainty(diagnosis)}`,
    ...causes.map((cause) => causeText(cause, diagnosis, escape)),
    othersTable(diagnosis, escape),
    ...(diagnosis.unattributed.length === 0 ? [] : [`Unattributed: ${diagnosis.unattributed.join(', ')}.`]),
    ...diagnosis.contradicts.map(
      ({ runId, hypothesis, symptoms }) =>
        `Contradiction: run ${escape(runId)} named ${hypothesis} for the same symptoms (${symptoms.map(escape).join('; ')}).`,
    ),
    `${escape(diagnosis.probes.text)}.`,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function causeText(cause: RankedHypothesis, diagnosis: Diagnosis, escape: Escape): string {
  const score = cause.hypothesis === 'UNKNOWN' ? '' : ` (score ${cause.score.toFixed(2)})`;
  const secondary = diagnosis.hypotheses.filter(({ under }) => under === cause.hypothesis);
  return [
    `### ${escape(cause.hypothesis)}${score}: ${escape(cause.title)}`,
    '',
    ...(cause.findings.some(({ speaks }) => speaks === 'for') || cause.hypothesis === 'UNKNOWN'
      ? []
      : ['- for: nothing that was recorded']),
    ...cause.findings.map(
      ({ text, speaks, evidence }) =>
        `- ${speaks}: ${escape(text)}${evidence.length === 0 ? '' : ` (${evidence.map(escape).join(', ')})`}`,
    ),
    `- owner: ${cause.owner}; remedy: ${escape(cause.remedy)}`,
    `- next: ${escape(cause.next)}`,
    ...secondary.map(
      ({ hypothesis, title, checks }) =>
        `- with it ${escape(hypothesis)}: ${escape(title)}${checks.length === 0 ? '' : ` (${checks.join(', ')})`}`,
    ),
    `- checks: ${cause.checks.length}${cause.checks.length === 0 ? '' : ` (${cause.checks.join(', ')})`}`,
    ...(cause.logQuery === null ? [] : ['', '```', cause.logQuery.replaceAll('`', "'"), '```']),
  ].join('\n');
}

/** What was weighed and is no cause, so that a reader sees why. */
function othersTable(diagnosis: Diagnosis, escape: Escape): string {
  const others = diagnosis.hypotheses.filter(({ role }) => role === 'candidate' || role === 'excluded');
  if (others.length === 0) return '';
  const rows = others.map(({ hypothesis, role, score, findings }) => {
    const against = findings.filter(
      ({ speaks }) => speaks === (role === 'excluded' ? 'against' : 'not asked'),
    );
    const why = against
      .map(({ text, speaks, evidence }) =>
        speaks === 'against'
          ? `${text}${evidence.length === 0 ? '' : ` [${evidence.join(', ')}]`}`
          : `not asked: ${text}`,
      )
      .join('; ');
    return `| ${escape(hypothesis)} | ${role} | ${score.toFixed(2)} | ${escape(why)} |`;
  });
  return ['| weighed too | standing | score | because |', '|---|---|---|---|', ...rows].join('\n');
}
