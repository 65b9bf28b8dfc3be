/** Standard normal quantile of a two-sided 95 % interval. */
const Z95 = 1.959_963_984_540_054;

/** A share of attempts with its 95 % interval. */
export interface Proportion {
  readonly successes: number;
  readonly n: number;
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The share of successes with its Wilson score interval (Wilson 1927), which stays within 0 and 1 and is not empty at
 * either end. Null for no attempt. @throws {RangeError} unless 0 ≤ successes ≤ n, both whole.
 */
export function proportion(successes: number, n: number): Proportion | null {
  if (!Number.isInteger(successes) || !Number.isInteger(n) || successes < 0 || successes > n) {
    throw new RangeError(`expected whole successes from 0 to n, got ${successes} of ${n}`);
  }
  if (n === 0) return null;
  const share = successes / n;
  const z2 = Z95 * Z95;
  const centre = (share + z2 / (2 * n)) / (1 + z2 / n);
  const reach = (Z95 / (1 + z2 / n)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  return {
    successes,
    n,
    share,
    // At the ends the interval touches 0 or 1 exactly; rounding must not push it past.
    low: successes === 0 ? 0 : Math.max(0, centre - reach),
    high: successes === n ? 1 : Math.min(1, centre + reach),
  };
}

/** Says a proportion with its interval: `20 of 20, 95 % interval 0.84 to 1.00`. */
export function describeProportion({ successes, n, low, high }: Proportion): string {
  return `${successes} of ${n}, 95 % interval ${low.toFixed(2)} to ${high.toFixed(2)}`;
}
