/** Summary of repeated measurements. */
export interface Summary {
  readonly n: number;
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Summarises measurements; the median of an even number is the mean of the two in the middle. @throws {RangeError} for none. */
export function summarize(values: readonly number[]): Summary {
  const sorted = values.toSorted((left, right) => left - right);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  const min = sorted[0];
  const max = sorted.at(-1);
  if (upper === undefined || lower === undefined || min === undefined || max === undefined) {
    throw new RangeError('expected at least one measurement, got none');
  }
  return { n: sorted.length, min, median: (lower + upper) / 2, max };
}

/** Summarises the ratios of measurements taken in the same round, so that the drift of the machine cancels out. */
export function summarizeRatios(values: readonly number[], floors: readonly number[]): Summary {
  if (values.length !== floors.length) {
    throw new RangeError(`expected one floor per measurement, got ${floors.length} for ${values.length}`);
  }
  return summarize(values.map((value, round) => value / (floors[round] ?? Number.NaN)));
}

/** One line of figures: name, n, min, median, max. */
export function formatSummary(name: string, unit: string, summary: Summary, digits: number): string {
  const text = (value: number): string => value.toFixed(digits).padStart(10);
  return `${name.padEnd(34)} ${unit.padEnd(10)} n=${summary.n} min ${text(summary.min)} median ${text(summary.median)} max ${text(summary.max)}`;
}
