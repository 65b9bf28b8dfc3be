import { describe, expect, test } from 'vitest';
import { doseTrend, type DoseStep } from './dose-response.ts';

const step = (dose: number, successes: number, tries: number): DoseStep => ({ dose, successes, tries });

describe('the Cochran-Armitage trend', () => {
  test('agrees with Agresti, Categorical Data Analysis, §3.4.3: alcohol and malformation, z² = 6.57', () => {
    const found = doseTrend([
      step(0, 48, 17_114),
      step(0.5, 38, 14_502),
      step(1.5, 5, 793),
      step(4, 1, 127),
      step(7, 1, 38),
    ]);

    expect((found?.z ?? 0) ** 2).toBeCloseTo(6.57, 2);
    // Two-sided P of the book: 0.0104.
    expect(2 * (found?.pValue ?? 0)).toBeCloseTo(0.0104, 4);
  });

  test('agrees with the example of prop.trend.test in R: X² = 8.2249, p = 0.004132', () => {
    const found = doseTrend([step(1, 83, 86), step(2, 90, 93), step(3, 129, 136), step(4, 70, 82)]);

    expect((found?.z ?? 0) ** 2).toBeCloseTo(8.2249, 4);
    expect(found?.z).toBeLessThan(0);
    expect(2 * (1 - (found?.pValue ?? 0))).toBeCloseTo(0.004132, 6);
  });

  test('is nothing when all tries end alike', () => {
    expect(doseTrend([step(0, 10, 10), step(50, 10, 10)])).toEqual({ z: 0, pValue: 1 });
    expect(doseTrend([step(0, 0, 10), step(50, 0, 10)])).toEqual({ z: 0, pValue: 1 });
    expect(doseTrend([step(5, 3, 10), step(5, 9, 10)])).toEqual({ z: 0, pValue: 1 });
  });

  test('is far beyond chance where every early try fails and every late one goes well', () => {
    const found = doseTrend([step(0, 0, 10), step(25, 0, 10), step(200, 10, 10), step(400, 10, 10)]);

    expect(found?.pValue).toBeLessThan(1e-6);
  });

  test('is null without a try and refuses impossible counts', () => {
    expect(doseTrend([step(0, 0, 0)])).toBeNull();
    expect(() => doseTrend([step(0, 3, 2)])).toThrow(RangeError);
    expect(() => doseTrend([step(0, 0.5, 2)])).toThrow(RangeError);
  });
});
