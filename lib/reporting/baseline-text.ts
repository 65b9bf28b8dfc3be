import type { Baseline, CheckStanding, MetricComparison, MetricStanding } from '../evidence/baseline.ts';

/** One line: what changed since the baseline, or that there is none. */
export function baselineLine(baseline: Baseline): string {
  if (baseline.kind === 'none') return `no baseline: ${baseline.why}`;
  const count = (standing: CheckStanding): number =>
    baseline.checks.filter((check) => check.standing === standing).length;
  const metric = (standing: MetricStanding): number =>
    baseline.metrics.filter((one) => one.standing === standing).length;
  const checks = `${count('new-fail')} new-fail, ${count('fixed')} fixed, ${count('still-fail')} still-fail, ${count('lost')} lost, ${count('new')} new, ${count('removed')} removed`;
  const metrics =
    baseline.differences.length > 0
      ? `metrics not comparable (other ${baseline.differences.join(', ')})`
      : `${metric('worse')} worse, ${metric('better')} better, ${metric('same')} same, ${metric('below floor')} shifted below the floor, ${metric('STUCK')} STUCK, ${metric('too few') + metric('no baseline')} not compared of ${baseline.metrics.length} metrics`;
  return `since ${baseline.runId} (${baseline.decision}): ${checks}; ${metrics}`;
}

/** True for a metric that a report names: it moved, or cannot be trusted. */
export function isTold({ standing }: MetricComparison): boolean {
  return ['worse', 'better', 'below floor', 'STUCK'].includes(standing);
}

/** A metric that moved, in words with its numbers. */
export function metricText(metric: MetricComparison): string {
  const [before, after] = metric.medians;
  const floor = `the floor of ${metric.floor?.toPrecision(3) ?? '-'} ${metric.unit}`;
  const standing =
    metric.standing === 'below floor'
      ? `shift of ${number(metric.shift)} ${metric.unit} up to ${floor}: not judged`
      : metric.standing;
  const shift =
    metric.shift === null
      ? ''
      : `, shift ${number(metric.shift)}, delta ${metric.delta?.toFixed(2) ?? '-'}, p ${metric.p?.toPrecision(2) ?? '-'}`;
  return `${metric.check} ${metric.name}: ${standing}, median ${number(before)} -> ${number(after)} ${metric.unit} (n ${metric.n.join(' and ')}${shift})`;
}

function number(value: number | null): string {
  return value === null ? '-' : value.toPrecision(3);
}
