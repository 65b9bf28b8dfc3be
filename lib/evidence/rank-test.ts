/** How two series of one metric stand to each other. */
export interface RankComparison {
  readonly n: readonly [before: number, after: number];
  /** Two-sided p of the Mann-Whitney U test, normal approximation with ties and continuity corrected. */
  readonly p: number;
  /** Cliff's delta: share of pairs in which the later value is larger minus the share in which it is smaller, -1 to 1. */
  readonly delta: number;
  /** Hodges-Lehmann shift: the median of all differences later minus earlier, in the unit of the values. */
  readonly shift: number;
}

/**
 * Compares two series without assuming a distribution (Mann & Whitney 1947, Hodges & Lehmann 1963, Cliff 1993).
 * Null when one of them has no value. Time is O(n·m): meant for hundreds of values.
 */
export function compareRanks(before: readonly number[], after: readonly number[]): RankComparison | null {
  const [n, m] = [before.length, after.length];
  if (n === 0 || m === 0) return null;
  const differences: number[] = [];
  let larger = 0;
  let smaller = 0;
  for (const late of after) {
    for (const early of before) {
      differences.push(late - early);
      if (late > early) larger += 1;
      else if (late < early) smaller += 1;
    }
  }
  differences.sort((a, b) => a - b);
  const pairs = n * m;
  const middle =
    ((differences[Math.ceil(pairs / 2) - 1] ?? 0) + (differences[Math.floor(pairs / 2)] ?? 0)) / 2;
  const u = larger + (pairs - larger - smaller) / 2;
  const deviation = Math.sqrt((pairs / 12) * (n + m + 1 - tieTerm([...before, ...after])));
  const distance = Math.abs(u - pairs / 2);
  const z = deviation === 0 ? 0 : Math.max(0, distance - 0.5) / deviation;
  return { n: [n, m], p: Math.min(1, 2 * upperTail(z)), delta: (larger - smaller) / pairs, shift: middle };
}

/** What equal values take from the variance of U. */
function tieTerm(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const total = values.length;
  let sum = 0;
  for (const count of counts.values()) sum += count ** 3 - count;
  return total < 2 ? 0 : sum / (total * (total - 1));
}

/** P(Z > z) of the standard normal distribution, absolute error below 7.5e-8 (Abramowitz & Stegun 26.2.17). */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.231_641_9 * z);
  const poly =
    t *
    (0.319_381_53 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * poly;
}
