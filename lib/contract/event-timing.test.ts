import { describe, expect, test } from 'vitest';
import { createEventTiming, type TurnTiming } from './event-timing.ts';

function measure(
  atMs: readonly number[],
  endedAtMs: number,
  isTerminated: boolean,
  timeScale = 1,
): TurnTiming {
  const timing = createEventTiming({ sentAtMs: 1_000, timeScale });
  atMs.forEach((at, index) => timing.accept(index, 1_000 + at));
  return timing.finish(1_000 + endedAtMs, isTerminated);
}

const rules = (found: TurnTiming['violations']): readonly string[] => found.map(({ rule }) => rule);

describe('event timing', () => {
  test('measures first event, largest gap and total', () => {
    expect(measure([300, 400, 900, 1_000], 5_000, true)).toEqual({
      firstEventMs: 300,
      maxGapMs: 500,
      maxGapAfter: 1,
      totalMs: 1_000,
      violations: [],
      warnings: [],
    });
  });

  test('warns above 20 s of silence and fails above 90 s', () => {
    expect(rules(measure([100, 20_200], 20_200, true).warnings)).toEqual(['TIM-GAP']);
    const failed = measure([100, 90_200], 90_200, true);
    expect(rules(failed.violations)).toEqual(['TIM-GAP', 'TIM-TURN']);
    expect(failed.violations[0]).toMatchObject({ actual: '90100 ms', where: 'after event 0' });
  });

  test('replays the real trace with warnings only', () => {
    const timing = measure([1_000, 1_100, 1_200, 1_300, 65_600, 84_700], 84_700, true);

    expect(timing.violations).toEqual([]);
    expect(rules(timing.warnings)).toEqual(['TIM-GAP', 'TIM-TURN']);
    expect(timing.maxGapMs).toBe(64_300);
  });

  test('counts the silence at the end of an unfinished turn', () => {
    expect(measure([100], 95_000, false)).toMatchObject({
      maxGapMs: 94_900,
      maxGapAfter: 0,
      totalMs: 95_000,
    });
  });

  test('says whether the turn that took too long had ended', () => {
    const where = (isTerminated: boolean): unknown =>
      measure([100, 30_000, 60_000, 95_000, 125_000], 125_000, isTerminated).violations.at(-1);

    expect(where(true)).toMatchObject({ rule: 'TIM-TURN', where: 'turn' });
    expect(where(false)).toMatchObject({ rule: 'TIM-TURN', where: 'unfinished turn' });
  });

  test('judges a turn without events by the time that was waited', () => {
    const timing = measure([], 16_000, false);

    expect(timing).toMatchObject({ firstEventMs: null, maxGapMs: null });
    expect(timing.violations[0]).toMatchObject({ rule: 'TIM-FIRST-EVENT', where: 'no event at all' });
  });

  test('scales the limits and names value and scale', () => {
    const [found] = measure([50, 1_000], 1_000, true, 0.01).violations;

    expect(found).toMatchObject({
      rule: 'TIM-GAP',
      expected: 'at most 900 ms (time scale 0.01)',
      actual: '950 ms',
    });
  });
});
