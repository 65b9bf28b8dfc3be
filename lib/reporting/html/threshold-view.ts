import { METRICS, type Metric } from '../../evidence/metric.ts';
import type { RunRecord } from '../../evidence/run-record.ts';
import type { Decision } from '../../gate/decision.ts';
import type { ThresholdOutcome, ThresholdState } from '../../gate/threshold.ts';
import type { PageView, ThresholdRow, Tone } from '../page/page-data.ts';

const TONES: Readonly<Record<ThresholdState, Tone>> = {
  held: 'good',
  exceeded: 'bad',
  undecided: 'unknown',
};

/** Every limit of the policy with what was measured, those that do not hold first. */
export function thresholdView(record: RunRecord, { thresholds }: Decision): PageView['thresholds'] {
  const order: readonly ThresholdState[] = ['exceeded', 'undecided', 'held'];
  return {
    policy: record.policy.name,
    timeScale: record.timeScale,
    rows: order.flatMap((state) =>
      thresholds
        .filter((outcome) => outcome.state === state)
        .map((outcome) =>
          thresholdRow(outcome, record.metrics?.find(({ name }) => name === outcome.metric) ?? null),
        ),
    ),
  };
}

function thresholdRow(outcome: ThresholdOutcome, found: Metric | null): ThresholdRow {
  const { metric, statistic, operator, limit, scaledLimit, unit, minSamples, seen, n, why } = outcome;
  return {
    metric,
    limit: `${statistic} ${SIGNS[operator]} ${figure(scaledLimit)} ${unit}`,
    asWritten: scaledLimit === limit ? null : `${figure(limit)} ${unit} at time scale 1`,
    observed: seen.length === 0 ? null : `${seen.map((one) => figure(one)).join(' to ')} ${unit}`,
    n,
    minSamples,
    word: { text: outcome.state, tone: TONES[outcome.state] },
    why,
    check: METRICS[metric].check,
    evidence: n === null ? [] : (found?.evidence ?? []),
  };
}

const SIGNS: Readonly<Record<ThresholdOutcome['operator'], string>> = {
  '<': '<',
  '<=': '≤',
  '==': '=',
  '>=': '≥',
  '>': '>',
};

function figure(value: number): string {
  return String(Math.round(value * 1_000) / 1_000);
}
