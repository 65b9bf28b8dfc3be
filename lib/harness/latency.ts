import type { RuleId } from '../contract/rule.ts';
import { largest, mean, nameOfPercentile, percentile } from '../evidence/sample.ts';
import { HarnessError } from '../foundation/errors.ts';
import type { CheckContext } from './check-context.ts';

/** A lag of our own below this share of a limit explains nothing (moonshots.md M11). */
const MIN_LAG_SHARE = 0.2;
/** Turns of our event loop that one value passes through: what is sent, what comes back, who waits for it. */
const TURNS_PER_VALUE = 3;

/** Durations of repeated attempts. */
export interface LatencySample {
  readonly name: string;
  /** In milliseconds, one for each attempt that gave one. */
  readonly valuesMs: readonly number[];
  /** Attempts that gave no value. */
  readonly missing: number;
  /** 99th percentile of the lag of our own event loop meanwhile, in milliseconds. */
  readonly lagMs: number;
  readonly evidence: readonly string[];
}

/** What a sample is held to. A percentile below its sample floor is only reported, as "max of n", and never red. */
export interface LatencyLimit {
  readonly statistic: 'mean' | 'p50' | 'p95' | 'p99' | 'max';
  readonly rule: RuleId;
  readonly warnMs: number | null;
  readonly failMs: number | null;
}

interface Figure {
  readonly name: string;
  readonly valueMs: number;
  /** False for a value that stands in for a percentile it has too few values for. */
  readonly isJudged: boolean;
}

/**
 * Records a sample and holds it to its limits: a figure above one is a violation of its rule, or a warning.
 * @throws {HarnessError} `OBSERVER_SLOW` when a figure is above its limit and our own event loop was too late to say why.
 */
export function expectLatency(t: CheckContext, sample: LatencySample, limits: readonly LatencyLimit[]): void {
  const { name, valuesMs, missing, lagMs, evidence } = sample;
  const record = t.record({
    kind: 'sample',
    name,
    unit: 'ms',
    of: 'target',
    values: valuesMs.map(rounded),
    missing,
  });
  const said: string[] = [];
  for (const limit of limits) {
    const figure = figureOf(valuesMs, limit.statistic);
    if (figure === null) continue;
    const { valueMs } = figure;
    t.record({
      kind: 'measure',
      name: `${name} ${figure.name}`,
      unit: 'ms',
      value: rounded(valueMs),
      of: 'target',
    });
    said.push(`${figure.name} ${valueMs.toFixed(1)} ms`);
    const failMs = figure.isJudged ? limit.failMs : null;
    if (failMs !== null && valueMs > failMs) {
      if (isOursToExplain(failMs, valueMs, lagMs)) throw observerSlow(name, failMs, valueMs, lagMs);
      t.expectThat(false, limit.rule, {
        where: `${name}, ${figure.name}`,
        expected: `at most ${failMs} ms${scaleNote(t)}`,
        actual: `${valueMs.toFixed(1)} ms`,
        evidence: [record, ...evidence],
      });
    } else if (limit.warnMs !== null && valueMs > limit.warnMs) {
      t.warn(`${name}: ${figure.name} is ${valueMs.toFixed(1)} ms, above ${limit.warnMs} ms${scaleNote(t)}`);
    }
  }
  t.note(
    `${name}: ${[...said, ...(missing > 0 ? [`${missing} without a value`] : [])].join(', ') || 'no value'}`,
  );
}

/** True when the lag of our own event loop is large beside a limit and could account for what a value is above it. */
export function isOursToExplain(limitMs: number, valueMs: number, lagMs: number): boolean {
  return lagMs > MIN_LAG_SHARE * limitMs && valueMs - TURNS_PER_VALUE * lagMs <= limitMs;
}

/** The error that says: a value is beyond its limit, and that may be our own doing. */
export function observerSlow(name: string, limitMs: number, valueMs: number, lagMs: number): HarnessError {
  return new HarnessError(
    'OBSERVER_SLOW',
    `expected ${name} within ${limitMs} ms, got ${valueMs.toFixed(1)} ms while our own event loop was ${lagMs.toFixed(1)} ms late`,
    { next: 'Run again on a quiet machine: the delay may be ours.' },
  );
}

function figureOf(values: readonly number[], statistic: LatencyLimit['statistic']): Figure | null {
  switch (statistic) {
    case 'mean':
      return named(`mean of ${values.length}`, mean(values));
    case 'max':
      return named(`max of ${values.length}`, largest(values));
    case 'p50':
      return ranked(values, 50);
    case 'p95':
      return ranked(values, 95);
    case 'p99':
      return ranked(values, 99);
  }
}

function ranked(values: readonly number[], rank: 50 | 95 | 99): Figure | null {
  const found = percentile(values, rank);
  return found.kind === 'none'
    ? null
    : { name: nameOfPercentile(found), valueMs: found.value, isJudged: found.kind === 'percentile' };
}

function named(name: string, valueMs: number | null): Figure | null {
  return valueMs === null ? null : { name, valueMs, isJudged: true };
}

function rounded(valueMs: number): number {
  return Math.round(valueMs * 1_000) / 1_000;
}

function scaleNote(t: CheckContext): string {
  return t.settings.timeScale === 1 ? '' : ` at time scale ${t.settings.timeScale}`;
}
