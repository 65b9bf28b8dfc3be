/** Percentiles that are reported, and how many values each needs before it says anything (requirements.md R-23). */
export const PERCENTILE_FLOORS = { 50: 5, 95: 20, 99: 100 } as const;
export type PercentileRank = keyof typeof PERCENTILE_FLOORS;

/** Values of which a series must have at least this many before "they are all equal" means anything (moonshots.md M3). */
const STUCK_FLOOR = 10;

/** A percentile, or what can be said instead while there are too few values for it. */
export type Percentile =
  | { readonly kind: 'percentile'; readonly rank: PercentileRank; readonly value: number; readonly n: number }
  | { readonly kind: 'max'; readonly rank: PercentileRank; readonly value: number; readonly n: number }
  /** No value at all: never zero. */
  | { readonly kind: 'none'; readonly rank: PercentileRank };

/** The nearest-rank percentile of `values`; below its sample floor the largest value, marked as such. */
export function percentile(values: readonly number[], rank: PercentileRank): Percentile {
  const sorted = values.toSorted((left, right) => left - right);
  const n = sorted.length;
  const max = sorted.at(-1);
  if (max === undefined) return { kind: 'none', rank };
  if (n < PERCENTILE_FLOORS[rank]) return { kind: 'max', rank, value: max, n };
  return { kind: 'percentile', rank, value: sorted[Math.ceil((rank / 100) * n) - 1] ?? max, n };
}

/** Names a percentile by what it is: `p95 of 20`, `max of 8`, `no value`. */
export function nameOfPercentile(found: Percentile): string {
  switch (found.kind) {
    case 'percentile':
      return `p${found.rank} of ${found.n}`;
    case 'max':
      return `max of ${found.n}`;
    case 'none':
      return 'no value';
  }
}

/** The median; of an even number the mean of the two in the middle. Null for no value. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((left, right) => left - right);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}

/** The arithmetic mean. Null for no value. */
export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The largest value. Null for no value. */
export function largest(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values);
}

/** True when ten values or more are all the same: a metric that never moves measures nothing. */
export function isStuck(values: readonly number[]): boolean {
  return values.length >= STUCK_FLOOR && values.every((value) => value === values[0]);
}

/** At most `most` of the values in ascending order, evenly taken from all, the smallest and the largest among them. */
export function evenlyTaken(values: readonly number[], most: number): readonly number[] {
  const sorted = values.toSorted((left, right) => left - right);
  if (sorted.length <= most) return sorted;
  const step = (sorted.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, at) => sorted[Math.round(at * step)] ?? 0);
}
