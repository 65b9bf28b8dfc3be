import { printable } from '../foundation/printable.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { RunRecord } from '../evidence/run-record.ts';
import type { Decision } from '../gate/decision.ts';
import { decisiveAttempt } from './red-group.ts';

/** GitHub shows ten errors and ten warnings of a step; the decision and the causes must be among them. */
const MAX_ERRORS = 10;

/** A run as workflow commands of GitHub Actions: the decision, then its causes, then reds, and how many more there are. */
export function annotations(record: RunRecord, decision: Decision, diagnosis: Diagnosis): readonly string[] {
  if (decision.decision === 'GO') return [];
  const level = levelOf(record, decision);
  const causes = diagnosis.hypotheses
    .filter(({ role }) => role === 'cause')
    .map(({ hypothesis, title, owner, next }) =>
      command(level, hypothesis, `${title} (owner: ${owner}). Next: ${next}`),
    );
  const reds = record.checks
    .filter(({ verdict }) => verdict === 'failed')
    .map((check) => {
      const violation = decisiveAttempt(check)?.violations[0];
      const text =
        violation === undefined ? 'failed' : `expected ${violation.expected}, got ${violation.actual}`;
      return command(level, `${check.id} ${violation?.rule ?? ''}`.trim(), text, check.file);
    });
  const head = command(level, decision.headline, decision.reasons[0]?.text ?? decision.headline);
  const lines = [head, ...causes, ...reds];
  if (lines.length <= MAX_ERRORS) return lines;
  const shown = lines.slice(0, MAX_ERRORS - 1);
  return [...shown, command(level, 'stagegate', `${lines.length - shown.length} more in report.md`)];
}

/** One error beside those of the run, as a workflow command of GitHub Actions. */
export function errorAnnotation(title: string, message: string): string {
  return command('error', title, message);
}

/** A part that was asked for and shows no red is no error of the job, whatever the rest would have shown. */
function levelOf(record: RunRecord, { decision, scope }: Decision): 'error' | 'warning' {
  if (decision === 'CONDITIONAL_GO') return 'warning';
  const isQuietPart =
    decision === 'INCONCLUSIVE' &&
    scope === 'partial' &&
    record.harnessFaults.length === 0 &&
    record.checks.every(
      ({ selected, verdict }) => !selected || verdict === 'passed' || verdict === 'skipped',
    );
  return isQuietPart ? 'warning' : 'error';
}

function command(level: 'error' | 'warning', title: string, message: string, file?: string): string {
  const place = file === undefined ? '' : `file=${property(file)},line=1,`;
  return `::${level} ${place}title=${property(title)}::${data(message)}`;
}

/** Escapes the message of a workflow command. */
function data(text: string): string {
  return printable(text, 1_000).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** Escapes a property of a workflow command. */
function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
