import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { RecordedCheck, RunRecord } from '../evidence/run-record.ts';
import type { Decision } from '../gate/decision.ts';
import { causeByCheck } from './cause-report.ts';
import { causeSection } from './cause-section.ts';
import { baselineLine, isTold, metricText } from './baseline-text.ts';
import { ledgerLine } from './ledger-line.ts';
import { markdownText } from './markdown-text.ts';
import { nextLines } from './next-step.ts';
import { reproductionLine, reproductionText } from './reproduction-line.ts';
import { fingerprintRows, pinnedFingerprint } from './fingerprint-rows.ts';
import { revisionRows } from './revision-rows.ts';
import { rollbackLines } from './rollback.ts';
import { proofLine } from './proof-line.ts';
import { decisiveAttempt, groupReds, type RedGroup, type RuleLookup } from './red-group.ts';
import { outcomeQuestion } from './outcome-question.ts';

/** The run as Markdown: the decision first, then what is red and why, then every check. */
export function markdownReport(
  record: RunRecord,
  decision: Decision,
  rules: RuleLookup,
  diagnosis: Diagnosis | null = null,
): string {
  const groups = groupReds(record, rules);
  const causes = diagnosis === null ? new Map<string, string>() : causeByCheck(diagnosis);
  const parts = [
    `# ${decision.headline}`,
    summary(record, decision),
    section(
      'Why',
      decision.reasons.map((reason) => `- ${markdownText(reason.text)}`),
    ),
    section(
      'Harness faults',
      record.harnessFaults.map((fault) => `- **${fault.code}** ${markdownText(fault.message)}`),
    ),
    diagnosis === null ? '' : causeSection(diagnosis, markdownText),
    section(
      'Reds and unknowns',
      groups.map((group) => groupText(group, causes.get(group.root) ?? null)),
    ),
    section(
      'Thresholds',
      decision.thresholds.map(({ state, text }) => `- ${state}: ${markdownText(text)}`),
    ),
    section('Since the baseline', baselineLines(record)),
    section(
      'Rollback',
      rollbackLines(record, decision).map((line) => `- ${markdownText(line)}`),
    ),
    section(
      'Flaky on this revision',
      (record.flakes ?? []).map(
        ({ id, failures, n, low, high }) =>
          `- ${id}: failed ${failures} of ${n} runs (95 % interval ${low.toFixed(2)} to ${high.toFixed(2)})`,
      ),
    ),
    section('Revision', revisionTable(record)),
    section('Fingerprint', fingerprintTable(record, decision)),
    section(
      'Preflight',
      table(
        ['rung', 'state', 'what was seen', 'ms'],
        record.preflight.map((rung) => [rung.rung, rung.state, rung.actual, rung.elapsedMs.toFixed(0)]),
      ),
    ),
    section('Checks', checkTables(record, decision)),
    section(
      'Settings',
      table(
        ['setting', 'value', 'origin'],
        record.settings.map((s) => [s.name, s.value, s.origin]),
      ),
    ),
    section(
      'Warnings',
      record.warnings.map((warning) => `- ${markdownText(warning)}`),
    ),
    provenance(record, decision),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function summary(record: RunRecord, decision: Decision): string {
  const { revision } = decision;
  return [
    `- outcome (${outcomeQuestion(decision)}): **${decision.axes.outcome}**; change: **${decision.axes.change}**`,
    `- ${ledgerLine(decision.counts)}`,
    ...reproductionLines(record),
    `- target: ${record.target.environment}, ${markdownText(record.target.backendUrl)}${record.target.embedded ? ' (embedded reference backend)' : ''}`,
    `- revision: ${revision.state}; expected ${markdownText(revision.expected ?? 'none')}, seen ${revision.seen.map(markdownText).join(', ') || 'none'}${revision.fingerprint === undefined ? '' : `; by fingerprint: ${markdownText(revision.fingerprint.text)}`}`,
    `- scope: ${record.selection.scope}${record.selection.filters.length === 0 ? '' : ` (${record.selection.filters.map(markdownText).join(' ')})`}`,
    `- exit code: ${decision.exitCode}`,
    ...nextLines(record, decision).map((line) => `- ${line}`),
  ].join('\n');
}

function reproductionLines(record: RunRecord): readonly string[] {
  const line = reproductionLine(record);
  return line === null ? [] : [`- ${markdownText(line)}`];
}

function markOf({ kind, isReproduction }: RedGroup): string {
  if (kind === 'unknown') return '[????]';
  return isReproduction ? '[REPRODUCED]' : '[FAIL]';
}

function groupText(group: RedGroup, cause: string | null): string {
  const blocked =
    group.blocked.length === 0 ? '' : `\n- blocks ${group.blocked.length}: ${group.blocked.join(', ')}`;
  return [
    `### ${markOf(group)} ${group.root}: ${markdownText(group.title)}${group.rule === null ? '' : ` (${group.rule})`}`,
    '',
    `- expected: ${markdownText(group.expected)}`,
    `- got: ${markdownText(group.actual)}`,
    `- where: ${markdownText(group.where)}`,
    `- next: ${markdownText(group.next)} (owner: ${group.owner})`,
    ...(cause === null ? [] : [`- cause: ${markdownText(cause)}`]),
    `- evidence: ${group.evidence.join(', ') || 'none was recorded'}${blocked}`,
  ].join('\n');
}

/** A rollout that answers by turns has a row for each reading: enough of them are shown. */
const MAX_READINGS = 40;

/** Who saw which revision, in order of time: more than one row of a source is a change during the run. */
function revisionTable(record: RunRecord): string[] {
  const rows = revisionRows(record).map((row) => [
    row.revision ?? 'hidden',
    row.standing,
    row.origin,
    row.source,
    String(row.count),
    `${row.firstAtMs.toFixed(0)} to ${row.lastAtMs.toFixed(0)}`,
    row.connections.join(', ') || '-',
    row.evidence,
  ]);
  const left = rows.length - MAX_READINGS;
  return [
    ...table(
      [
        'revision',
        'against the expected one',
        'read on',
        'told by',
        'readings',
        'ms',
        'connections',
        'first record',
      ],
      rows.slice(0, MAX_READINGS),
    ),
    ...(left > 0 ? ['', `${left} more in run.json.`] : []),
  ];
}

/** What tells the generation where no revision is told: each behaviour, also one that was not observed. */
function fingerprintTable(record: RunRecord, { revision }: Decision): string[] {
  const rows = fingerprintRows(record).map((row) => [
    row.title,
    row.value ?? '-',
    row.generations.join(', ') || (row.value === null ? '-' : 'none'),
    row.standing,
    String(row.count),
    row.fromMs === null || row.toMs === null ? '-' : `${row.fromMs.toFixed(0)} to ${row.toMs.toFixed(0)}`,
    row.evidence ?? '-',
  ]);
  const pinned = pinnedFingerprint(record);
  return rows.length === 0
    ? []
    : [
        `${markdownText(revision.fingerprint?.text ?? '')}. A generation is no commit: two revisions of one generation look alike.`,
        '',
        ...table(
          [
            'behaviour',
            'seen',
            'of generation',
            'against the expected one',
            'observations',
            'ms',
            'first record',
          ],
          rows,
        ),
        ...(pinned === null
          ? []
          : [
              '',
              'To hold a later run to exactly these behaviours, the policy says:',
              '',
              '```json',
              pinned,
              '```',
            ]),
      ];
}

function baselineLines(record: RunRecord): string[] {
  const { baseline } = record;
  if (baseline === undefined) return [];
  const lines = [markdownText(baselineLine(baseline))];
  if (baseline.kind === 'none') return lines;
  return [
    ...lines,
    '',
    ...baseline.checks.map(
      ({ id, standing, before, after }) =>
        `- ${standing}: ${id} (${before ?? 'none'} before, ${after ?? 'none'} now)`,
    ),
    ...baseline.metrics.filter(isTold).map((metric) => `- ${markdownText(metricText(metric))}`),
  ];
}

function checkTables(record: RunRecord, { revision }: Decision): string[] {
  const suites = [...new Set(record.checks.map(({ suite }) => suite))];
  return suites.map((suite) => {
    const checks = record.checks.filter((check) => check.suite === suite);
    const rows = checks.map((check) => [
      check.id,
      reproductionText(check) ?? check.verdict,
      check.severity,
      check.title,
      // A figure of several revisions is one of none.
      revision.state === 'mixed' && check.verdict === 'passed'
        ? 'void: several revisions answered'
        : note(check),
    ]);
    return [
      `### ${suite}`,
      '',
      ...table(['check', 'verdict', 'severity', 'requires that', 'note'], rows),
    ].join('\n');
  });
}

function note(check: RecordedCheck): string {
  const attempt = decisiveAttempt(check);
  if (attempt === null) return check.selected ? 'never asked' : 'not selected';
  const violation = attempt.violations[0];
  if (violation !== undefined) return `${violation.rule}: got ${violation.actual}`;
  const passes = check.attempts.filter(({ verdict }) => verdict === 'passed').length;
  return [
    attempt.reason?.message ?? '',
    attempt.occurred === null ? '' : `occurred: ${attempt.occurred}`,
    check.attempts.length > 1 ? `${passes} of ${check.attempts.length} attempts passed` : '',
    ...attempt.warnings,
  ]
    .filter((part) => part !== '')
    .join('; ');
}

function provenance(record: RunRecord, decision: Decision): string {
  return [
    '## Provenance',
    '',
    `- run ${record.runId}, ${record.startedAt} to ${record.endedAt ?? '-'}, seed ${record.seed}, time scale ${record.timeScale}`,
    `- harness ${record.harness.version}, node ${record.harness.node}, ${record.harness.platform}`,
    `- plan ${record.plan.hash}`,
    `- harness proof: ${markdownText(proofLine(record))}`,
    `- policy ${record.policy.name} ${record.policy.hash}`,
    `- evidence: ${record.evidence.records} records, chain ends in ${record.evidence.rootHash}`,
    `- record ${decision.recordHash}`,
    `- observer: event-loop lag p99 ${record.observer.eventLoopLagP99Ms.toFixed(1)} ms, max ${record.observer.eventLoopLagMaxMs.toFixed(1)} ms over ${record.observer.samples} samples`,
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0
    ? ''
    : [`## ${title}`, '', lines.join(lines[0]?.startsWith('#') === true ? '\n\n' : '\n')].join('\n');
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]): string => `| ${cells.map(markdownText).join(' | ')} |`;
  return [line(header), `|${header.map(() => '---').join('|')}|`, ...rows.map(line)];
}
