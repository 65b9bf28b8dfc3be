import type { ChalkInstance } from 'chalk';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { RunRecord } from '../evidence/run-record.ts';
import { kindOfVerdict, type Verdict } from '../evidence/verdict.ts';
import type { Decision } from '../gate/decision.ts';
import { printableLine } from '../foundation/printable.ts';
import { causeByCheck, causeLines } from './cause-report.ts';
import { closingLines, ignoredTargetLines, outcomeText } from './closing-lines.ts';
import { reasonLines } from './reason-line.ts';
import { baselineLine } from './baseline-text.ts';
import { revisionWords } from './fingerprint-rows.ts';
import { ledgerLine } from './ledger-line.ts';
import { nextStep } from './next-step.ts';
import { groupReds, type RedGroup, type RuleLookup } from './red-group.ts';
import { reproductionLine } from './reproduction-line.ts';
import { specLabel } from './progress-label.ts';
import { rollbackLines } from './rollback.ts';

/** Groups printed in full; the rest is counted, the report files have them all. */
const MAX_GROUPS = 6;
const MAX_IDS = 12;

/**
 * The end of a run as a terminal or a CI log shows it: the decision first, then causes and reds, then the ledger line; and once more,
 * at the end, what a finished terminal of 24 lines must still show.
 */
export function consoleReport(
  record: RunRecord,
  decision: Decision,
  options: {
    readonly chalk: ChalkInstance;
    readonly rules: RuleLookup;
    readonly folder: string;
    readonly diagnosis?: Diagnosis;
    /** Names of the files in the folder; default: all of them could be written. */
    readonly files?: readonly string[];
  },
): string {
  const { chalk } = options;
  const colour =
    decision.decision === 'GO' ? chalk.green : decision.decision === 'NO_GO' ? chalk.red : chalk.yellow;
  const dim = (text: string): string => chalk.dim(oneLine(text));
  const yellow = (text: string): string => chalk.yellow(oneLine(text));
  const lines: string[] = [
    '',
    `${colour.bold(printableLine(decision.headline))}  ${answer(decision)}  (exit ${decision.exitCode})`,
    dim(
      `${record.target.environment} · ${record.target.backendUrl} · ${revisionWords(decision.revision, 12)}` +
        ` · tokens ${record.target.tokenSource ?? 'none'} · seed ${record.seed}` +
        `${record.timeScale === 1 ? '' : ` · time scale ${record.timeScale}`}`,
    ),
  ];
  for (const fault of record.harnessFaults) {
    lines.push('', chalk.red(`HARNESS FAULT ${fault.code}`), `  ${oneLine(fault.message)}`);
    if (fault.next !== null) lines.push(`  next      ${oneLine(fault.next)}`);
  }
  const { diagnosis } = options;
  if (diagnosis !== undefined) lines.push(...causeLines(diagnosis, chalk));
  for (const warning of record.warnings.slice(-2)) lines.push(yellow(`warning   ${warning}`));
  const causes = diagnosis === undefined ? new Map<string, string>() : causeByCheck(diagnosis);
  const causeOf = ({ root, checks }: RedGroup): string | null =>
    causes.get(root) ?? causes.get(checks[0] ?? '') ?? null;
  // What our own fault accounts for says nothing of the target: the fault names those checks already.
  const groups = groupReds(record, options.rules).filter((group) => causeOf(group) !== 'HARNESS_FAULT');
  for (const group of groups.slice(0, MAX_GROUPS))
    lines.push('', ...groupLines(group, causeOf(group), chalk));
  if (groups.length > MAX_GROUPS) lines.push('', `and ${groups.length - MAX_GROUPS} more in report.md`);
  const reasons = reasonLines(decision);
  if (reasons.length > 0) lines.push('', ...reasons.map(yellow));
  for (const condition of decision.conditions) {
    lines.push(
      '',
      yellow(`CONDITION ${condition.text}`),
      `  owner     ${condition.owner}`,
      `  re-check  ${oneLine(condition.command)}`,
    );
  }
  for (const waiver of decision.waivers.filter(({ state }) => state !== 'used'))
    lines.push(yellow(`warning   ${waiver.text}`));
  const warnings = record.checks.flatMap((check) =>
    check.attempts.flatMap((attempt) => attempt.warnings.map((text) => `${check.id}: ${text}`)),
  );
  for (const warning of [...new Set(warnings)].slice(0, 5)) lines.push(yellow(`warning   ${warning}`));
  if (record.baseline !== undefined) lines.push('', oneLine(`baseline  ${baselineLine(record.baseline)}`));
  // Nothing is rolled back on the embedded backend: its report file says it all the same.
  if (!record.target.embedded) {
    for (const line of rollbackLines(record, decision)) lines.push(oneLine(`rollback  ${line}`));
  }
  if (decision.decision === 'GO') {
    const { means, next } = nextStep(record, decision);
    lines.push('', oneLine(`means     ${means}`), oneLine(`next      ${next}`));
  }
  const reproductions = reproductionLine(record);
  lines.push('', ledgerLine(decision.counts));
  if (reproductions !== null) lines.push(reproductions);
  const [again, ...acts] = closingLines(record, decision, diagnosis);
  if (again !== undefined) lines.push('', colour(again), ...acts);
  for (const text of ignoredTargetLines(record)) lines.push(yellow(`warning   ${text}`));
  lines.push(`report    ${reportPaths(options.folder, options.files)}`);
  return `${lines.join('\n')}\n`;
}

function reportPaths(folder: string, files: readonly string[] = ['report.html', 'report.md']): string {
  const [first, second] = ['report.html', 'report.md', 'run.json'].filter((name) => files.includes(name));
  if (first === undefined) return 'none could be written';
  return `${folder}/${first}${first === 'report.html' && second === 'report.md' ? ' (as text: report.md)' : ''}`;
}

/** Text before it is coloured: what the target said must neither steer the terminal nor begin a line of its own. */
function oneLine(text: string): string {
  return printableLine(text, 1_200);
}

function answer(decision: Decision): string {
  return `outcome: ${outcomeText(decision)} · change: ${decision.axes.change}`;
}

function groupLines(group: RedGroup, cause: string | null, chalk: ChalkInstance): string[] {
  const mark =
    group.kind === 'unknown'
      ? chalk.yellow('UNKNOWN')
      : chalk.red(group.isReproduction ? 'REPRODUCED' : 'FAILED ');
  const others = group.checks.filter((id) => id !== group.root);
  const lines = [
    `${mark} ${chalk.bold(oneLine(group.root))} ${oneLine(group.title)}${group.rule === null ? '' : `  [${group.rule}]`}`,
    `  expected  ${oneLine(group.expected)}`,
    `  got       ${oneLine(group.actual)}`,
    `  where     ${oneLine(group.where)}`,
    `  next      ${oneLine(group.next)}  (owner: ${group.owner})`,
  ];
  if (cause !== null) lines.push(`  cause     ${cause}`);
  if (others.length > 0) lines.push(`  also      ${idList(others)}`);
  if (group.blocked.length > 0)
    lines.push(
      `  blocks    ${group.blocked.length} check${group.blocked.length === 1 ? '' : 's'}: ${idList(group.blocked)}`,
    );
  if (group.evidence.length > 0) lines.push(chalk.dim(`  evidence  ${idList(group.evidence)}`));
  return lines;
}

function idList(ids: readonly string[]): string {
  return ids.length <= MAX_IDS
    ? ids.join(', ')
    : `${ids.slice(0, MAX_IDS).join(', ')} and ${ids.length - MAX_IDS} more`;
}

export interface FinishedCheck {
  readonly id: string;
  readonly verdict: Verdict;
}

/** One line per spec file while the run goes on. */
export function suiteLine(file: string, checks: readonly FinishedCheck[], elapsedMs: number): string {
  const bad = checks.filter(({ verdict }) => kindOfVerdict(verdict) !== 'good');
  const names = bad.map(({ id, verdict }) => `${id} ${verdict}`);
  const good = `${checks.length - bad.length}/${checks.length} passed`;
  return `${specLabel(file)} ${good}${names.length === 0 ? '' : `: ${idList(names)}`}  ${Math.round(elapsedMs)} ms`;
}
