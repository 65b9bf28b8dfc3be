import { describe, expect, test } from 'vitest';
import { Deadline } from './deadline.ts';
import { poll } from './poll.ts';

describe('poll', () => {
  test('returns the first value other than undefined, falsy ones too', async () => {
    const answers = [undefined, undefined, false, true];
    const value = await poll(async () => answers.shift(), {
      everyMs: 1,
      signal: new AbortController().signal,
    });

    expect(value).toBe(false);
    expect(answers).toEqual([true]);
  });

  test('takes running out of time for an error, never for an answer', async () => {
    using deadline = new Deadline(10);

    await expect(poll(async () => undefined, { everyMs: 2, signal: deadline.signal })).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    });
  });

  test('passes on what the probe throws at once', async () => {
    let calls = 0;
    const probe = async (): Promise<undefined> => {
      calls += 1;
      throw new Error('not a matter of time');
    };

    await expect(poll(probe, { everyMs: 1, signal: new AbortController().signal })).rejects.toThrow(
      'not a matter of time',
    );
    expect(calls).toBe(1);
  });
});
