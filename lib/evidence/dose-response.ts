/** Tries with one dose and how many of them went well. */
export interface DoseStep {
  readonly dose: number;
  readonly tries: number;
  readonly successes: number;
}

/** Whether successes rise with the dose. */
export interface DoseTrend {
  /** Standard normal deviate; positive when larger doses do better, 0 when all tries ended alike. */
  readonly z: number;
  /** One-sided: the chance of such a rise when the dose does not matter. */
  readonly pValue: number;
}

/**
 * The Cochran-Armitage test for a trend in proportions, with the doses as scores (Cochran 1954, Armitage 1955).
 * Null without a try. @throws {RangeError} unless 0 ≤ successes ≤ tries, whole, for every step.
 */
export function doseTrend(steps: readonly DoseStep[]): DoseTrend | null {
  for (const { tries, successes } of steps) {
    if (!Number.isInteger(tries) || !Number.isInteger(successes) || successes < 0 || successes > tries) {
      throw new RangeError(`expected whole successes from 0 to tries, got ${successes} of ${tries}`);
    }
  }
  const sum = (of: (step: DoseStep) => number): number => steps.reduce((total, step) => total + of(step), 0);
  const n = sum(({ tries }) => tries);
  if (n === 0) return null;
  const share = sum(({ successes }) => successes) / n;
  const meanDose = sum(({ dose, tries }) => dose * tries) / n;
  const spread = sum(({ dose, tries }) => tries * (dose - meanDose) ** 2);
  const variance = share * (1 - share) * spread;
  if (variance === 0) return { z: 0, pValue: 1 };
  const covariance = sum(({ dose, successes }) => successes * (dose - meanDose));
  const z = covariance / Math.sqrt(variance);
  return { z, pValue: upperTail(z) };
}

/** P(Z > z) of the standard normal distribution (Abramowitz and Stegun 26.2.17, error below 7.5e-8). */
function upperTail(z: number): number {
  if (z < 0) return 1 - upperTail(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const coefficients = [1.330274429, -1.821255978, 1.781477937, -0.356563782, 0.31938153];
  return density * coefficients.reduce((value, coefficient) => (value + coefficient) * t, 0);
}
