import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { RunRecord } from '../evidence/run-record.ts';
import { kindOfVerdict } from '../evidence/verdict.ts';
import type { Decision } from '../gate/decision.ts';
import { baselineLine } from './baseline-text.ts';
import { causeSection } from './cause-section.ts';
import { revisionWords } from './fingerprint-rows.ts';
import { ledgerLine } from './ledger-line.ts';
import { markdownText } from './markdown-text.ts';
import { nextLines } from './next-step.ts';
import { decisiveAttempt } from './red-group.ts';
import { reproductionLine } from './reproduction-line.ts';
import { rollbackLines } from './rollback.ts';
import { outcomeQuestion } from './outcome-question.ts';

/** CI systems drop a summary above 1 MiB, and the job does not fail: the budget stays well below (moonshots.md §6.3). */
const MAX_BYTES = 900 * 1_024;

/** The run for the summary page of a CI job: the decision first, cut between sections and never inside a table. */
export function jobSummary(
  record: RunRecord,
  decision: Decision,
  diagnosis: Diagnosis | null,
  maxBytes = MAX_BYTES,
): string {
  const { revision } = decision;
  const head = [
    `# ${markdownText(decision.headline)}`,
    [
      `outcome (${outcomeQuestion(decision)}): **${decision.axes.outcome}**, change: **${decision.axes.change}**, exit code ${decision.exitCode}`,
      ledgerLine(decision.counts),
      ...reproductionLines(record),
      `${markdownText(record.target.environment)}, ${markdownText(revisionWords(revision))}`,
      ...(record.baseline === undefined ? [] : [markdownText(baselineLine(record.baseline))]),
      ...nextLines(record, decision),
    ]
      .map((line) => `- ${line}`)
      .join('\n'),
  ].join('\n\n');
  const sections = [
    diagnosis === null ? '' : causeSection(diagnosis, markdownText),
    list(
      'Conditions',
      decision.conditions.map(
        ({ text, owner, command }) => `${markdownText(text)} (${owner}): \`${command}\``,
      ),
    ),
    list('Rollback', rollbackLines(record, decision).map(markdownText)),
    ...redSections(record),
    list(
      'Why',
      decision.reasons.map(({ text }) => markdownText(text)),
    ),
  ].filter((section) => section !== '');
  const kept: string[] = [];
  let bytes = Buffer.byteLength(head) + 200;
  for (const section of sections) {
    bytes += Buffer.byteLength(section) + 2;
    if (bytes > maxBytes) break;
    kept.push(section);
  }
  const left = sections.length - kept.length;
  const more = left === 0 ? [] : [`${left} more sections in report.md.`];
  return `${[head, ...kept, ...more].join('\n\n')}\n`;
}

/** Checks that did not pass, one section each. */
function redSections(record: RunRecord): readonly string[] {
  return record.checks
    .filter(({ selected, verdict }) => selected && ['red', 'unknown'].includes(kindOfVerdict(verdict)))
    .map((check) => {
      const attempt = decisiveAttempt(check);
      const violation = attempt?.violations[0];
      const lines =
        violation === undefined
          ? [attempt?.reason?.message ?? 'never asked']
          : [`expected ${violation.expected}`, `got ${violation.actual}`, `where ${violation.where}`];
      return list(
        `${check.id} ${check.verdict}: ${markdownText(check.title)}`,
        lines.map(markdownText),
        '###',
      );
    });
}

function list(title: string, lines: readonly string[], level = '##'): string {
  return lines.length === 0 ? '' : [`${level} ${title}`, '', ...lines.map((line) => `- ${line}`)].join('\n');
}

function reproductionLines(record: RunRecord): readonly string[] {
  const line = reproductionLine(record);
  return line === null ? [] : [markdownText(line)];
}
