import type { Diagnosis } from '../../diagnosis/diagnosis.ts';
import type { Evidence } from '../../evidence/evidence.ts';
import type { RunRecord } from '../../evidence/run-record.ts';
import { VERDICTS } from '../../evidence/verdict.ts';
import { assertNever } from '../../foundation/errors.ts';
import type { AxisState, Decision } from '../../gate/decision.ts';
import { baselineLine, isTold, metricText } from '../baseline-text.ts';
import { ledgerLine } from '../ledger-line.ts';
import { nextStep } from '../next-step.ts';
import type { Group, PageView, Tone, Word } from '../page/page-data.ts';
import { proofLine } from '../proof-line.ts';
import { groupReds, type RuleLookup } from '../red-group.ts';
import { reproductionLine } from '../reproduction-line.ts';
import { rollbackLines } from '../rollback.ts';
import { diagnosisView } from './diagnosis-view.ts';
import { revisionView } from './revision-view.ts';
import { leakMatrices, seenText } from './seen-text.ts';
import { shown } from './shown-text.ts';
import { thresholdView } from './threshold-view.ts';
import { toneOfDecision, toneOfVerdict } from './tone.ts';
import { outcomeReach } from '../outcome-question.ts';

/** What the page shows before any script runs: decision, causes, and what they stand on. */
export function pageView(
  record: RunRecord,
  decision: Decision,
  diagnosis: Diagnosis,
  rules: RuleLookup,
  evidence: readonly Evidence[],
): PageView {
  const { baseline, target } = record;
  const endedAt = record.endedAt === null ? Number.NaN : Date.parse(record.endedAt);
  const durationSec = (endedAt - Date.parse(record.startedAt)) / 1_000;
  const reproduction = reproductionLine(record);
  const reach = outcomeReach(decision);
  return {
    runId: record.runId,
    decision: { text: decision.headline, tone: toneOfDecision(decision.decision) },
    exitCode: decision.exitCode,
    axes: [
      {
        question: `Can users chat?${reach === '' ? '' : ` (${reach})`}`,
        answer: axisWord(decision.axes.outcome),
      },
      { question: 'Did the change do what it claims?', answer: axisWord(decision.axes.change) },
    ],
    target: `${target.environment}, ${shown(target.backendUrl)}${target.embedded ? ' (embedded reference backend)' : ''}`,
    scope: [record.selection.scope, ...record.selection.filters.map((filter) => shown(filter))].join(' '),
    startedAt: record.startedAt,
    durationSec: Number.isFinite(durationSec) ? durationSec : null,
    ledger: ledgerLine(decision.counts),
    counts: VERDICTS.map((verdict) => ({
      word: { text: verdict, tone: toneOfVerdict(verdict) },
      count: decision.counts[verdict],
    })),
    revision: revisionView(record, decision),
    thresholds: thresholdView(record, decision),
    baseline: {
      text:
        baseline === undefined
          ? 'no baseline: none was asked for (--baseline RUN or latest-go)'
          : shown(baselineLine(baseline)),
      changes:
        baseline?.kind === 'compared'
          ? baseline.checks.map(({ id, standing, before, after }) => ({
              id,
              word: {
                text: standing,
                tone: standing === 'fixed' ? 'good' : standing.endsWith('fail') ? 'bad' : 'quiet',
              },
              before: before ?? 'none',
              after: after ?? 'none',
            }))
          : [],
      metrics:
        baseline?.kind === 'compared'
          ? baseline.metrics.filter(isTold).map((metric) => shown(metricText(metric)))
          : [],
    },
    diagnosis: diagnosisView(diagnosis),
    groups: groupReds(record, rules).map((group): Group => ({
      ...group,
      title: shown(group.title),
      word: groupWord(group.kind, group.isReproduction === true),
      expected: shown(group.expected),
      actual: shown(group.actual),
      where: shown(group.where),
      next: shown(group.next),
    })),
    next: { title: calmTitle(decision), ...nextStep(record, decision) },
    seen: seenText(record, evidence),
    reasons: decision.reasons.map(({ text }) => shown(text)),
    conditions: decision.conditions.map(({ text, owner, command, expires }) => ({
      text: shown(text),
      owner,
      command,
      expires,
    })),
    waivers: decision.waivers.map(({ check, state, text }) => ({ check, state, text: shown(text) })),
    rollback: rollbackLines(record, decision).map((line) => shown(line)),
    flakes: (record.flakes ?? []).map(
      ({ id, failures, n, low, high }) =>
        `${id}: failed ${failures} of ${n} runs (95 % interval ${low.toFixed(2)} to ${high.toFixed(2)})`,
    ),
    faults: record.harnessFaults.map(({ code, message }) => `${code}: ${shown(message)}`),
    warnings: record.warnings.map((warning) => shown(warning)),
    preflight: record.preflight.map(({ rung, state, actual, elapsedMs, evidence: ids }) => ({
      rung,
      word: {
        text: state,
        tone:
          state === 'held'
            ? 'good'
            : state === 'broken'
              ? 'bad'
              : state === 'undecided'
                ? 'unknown'
                : 'quiet',
      },
      actual: shown(actual),
      ms: elapsedMs,
      evidence: ids,
    })),
    leaks: leakMatrices(evidence),
    settings: record.settings.map(({ name, value, origin }) => ({ name, value: shown(value), origin })),
    provenance: provenance(record, decision, reproduction),
    proof: proofLine(record),
  };
}

/** What stands in the place of a cause where no check is red or unknown. */
function calmTitle({ decision }: Decision): string {
  switch (decision) {
    case 'GO':
      return 'Nothing is red';
    case 'CONDITIONAL_GO':
      return 'Nothing is red, on conditions';
    case 'NO_GO':
      return 'No check is red, a limit is broken';
    case 'INCONCLUSIVE':
      return 'Not judged';
    default:
      return assertNever(decision);
  }
}

function axisWord(state: AxisState): Word {
  const tones: Readonly<Record<AxisState, Tone>> = {
    yes: 'good',
    no: 'bad',
    unknown: 'unknown',
    'not stated': 'quiet',
  };
  return { text: state, tone: tones[state] };
}

function groupWord(kind: 'red' | 'unknown', isReproduction: boolean): Word {
  if (kind === 'unknown') return { text: 'unknown', tone: 'unknown' };
  return { text: isReproduction ? 'reproduced' : 'failed', tone: 'bad' };
}

function provenance(
  record: RunRecord,
  decision: Decision,
  reproduction: string | null,
): PageView['provenance'] {
  const { observer } = record;
  return [
    { name: 'run', value: `${record.runId}, ${record.startedAt} to ${record.endedAt ?? '-'}` },
    { name: 'seed', value: `${record.seed}, time scale ${record.timeScale}` },
    {
      name: 'harness',
      value: `${record.harness.version}, node ${record.harness.node}, ${record.harness.platform}`,
    },
    { name: 'plan', value: record.plan.hash },
    { name: 'policy', value: `${record.policy.name} ${record.policy.hash}` },
    {
      name: 'evidence',
      value: `${record.evidence.records} records, chain ends in ${record.evidence.rootHash}`,
    },
    { name: 'record', value: decision.recordHash },
    {
      name: 'observer',
      value: `event-loop lag p99 ${observer.eventLoopLagP99Ms.toFixed(1)} ms, max ${observer.eventLoopLagMaxMs.toFixed(1)} ms over ${observer.samples} samples`,
    },
    ...(reproduction === null ? [] : [{ name: 'incidents', value: reproduction }]),
  ];
}
