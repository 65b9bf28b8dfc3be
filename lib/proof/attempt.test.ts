import { describe, expect, test } from 'vitest';
import { sampleCheck, sampleRecord } from '../evidence/testing/sample-record.ts';
import { type Attempt, isVoid, untilJudged } from './attempt.ts';

interface Run {
  readonly repeats: number;
  readonly problems: readonly string[];
}
/** Plays attempts back, in order. */
const played =
  (...attempts: readonly { readonly problems: readonly string[]; readonly isVoid: boolean }[]) =>
  async (repeats: number): Promise<Attempt<Run>> => {
    const { problems, isVoid } = attempts[repeats] ?? { problems: ['one attempt too many'], isVoid: false };
    return { result: { repeats, problems }, isVoid };
  };
const SLOW = { problems: ['expected GO, got INCONCLUSIVE'], isVoid: true };

describe('a run that is made until it is judged', () => {
  test('is made once when it was judged, whatever it showed', async () => {
    const alarm = { problems: ['false alarm: AGENT-01 failed'], isVoid: false };

    expect(await untilJudged(played(alarm, { problems: [], isVoid: false }))).toEqual({
      repeats: 0,
      problems: alarm.problems,
    });
  });

  test('is made again after a void one with problems, but not after a void one without', async () => {
    expect(await untilJudged(played(SLOW, { problems: [], isVoid: false }))).toEqual({
      repeats: 1,
      problems: [],
    });
    expect(await untilJudged(played({ problems: [], isVoid: true }))).toEqual({ repeats: 0, problems: [] });
  });

  test('keeps the problems of the third attempt', async () => {
    expect(await untilJudged(played(SLOW, SLOW, SLOW))).toEqual({ repeats: 2, problems: SLOW.problems });
  });
});

test('a run is void when a check could not judge because our own event loop was late', () => {
  const unjudged = (code: 'OBSERVER_SLOW' | 'DEADLINE_EXCEEDED') => {
    const [attempt, ...more] = sampleCheck('inconclusive').attempts;
    const reason = { code, message: 'told by the check', next: null };
    return sampleRecord({
      checks: [
        { ...sampleCheck('inconclusive'), attempts: attempt === undefined ? more : [{ ...attempt, reason }] },
      ],
    });
  };

  expect([isVoid(unjudged('OBSERVER_SLOW')), isVoid(unjudged('DEADLINE_EXCEEDED'))]).toEqual([true, false]);
});
