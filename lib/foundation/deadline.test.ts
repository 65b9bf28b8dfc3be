import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { Clock } from './clock.ts';
import { Deadline, delay, raceSignal } from './deadline.ts';
import { HarnessError } from './errors.ts';

const never = async (): Promise<never> => new Promise(() => {});

/** Timers that keep this process alive. */
const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

class ManualClock implements Clock {
  ms = 1_000;
  now(): number {
    return this.ms;
  }
  wallTime(): Date {
    return new Date(this.ms);
  }
}

describe('deadline', () => {
  test('names what was being awaited and its budget when the budget ends', async () => {
    using deadline = new Deadline(5);

    await expect(deadline.race('the agent_completed event', never)).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      message: expect.stringMatching(/the agent_completed event within the budget of 5 ms/),
      details: { awaited: 'the agent_completed event', budgetMs: 5 },
    });
  });

  test('names the outer budget when that one ends first', async () => {
    using outer = new Deadline(5);
    using inner = new Deadline(10_000, { parent: outer.signal });

    await expect(inner.race('a pong', never)).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      details: { awaited: 'a pong', budgetMs: 5 },
    });
  });

  test('passes on the reason of its parent, also of one that had ended before', async () => {
    const reason = new HarnessError('INTERRUPTED', 'the run was interrupted');
    const live = new AbortController();
    using first = new Deadline(10_000, { parent: live.signal });
    const waiting = first.race('anything', never);
    live.abort(reason);
    using second = new Deadline(10_000, { parent: live.signal });

    await expect(waiting).rejects.toBe(reason);
    await expect(second.race('anything', never)).rejects.toBe(reason);
  });

  test('does not begin work whose budget has ended', async () => {
    const reason = new Error('ended before');
    let began = false;

    await expect(
      raceSignal('work', AbortSignal.abort(reason), async () => {
        began = true;
      }),
    ).rejects.toBe(reason);
    expect(began).toBe(false);
  });

  test('leaves no listener on the parent and no timer when it is disposed', () => {
    const parent = new AbortController();
    const before = timers();
    {
      using deadline = new Deadline(60_000, { parent: parent.signal });
      expect(deadline.signal.aborted).toBe(false);
      expect(getEventListeners(parent.signal, 'abort')).toHaveLength(1);
      expect(timers()).toBe(before + 1);
    }

    expect(getEventListeners(parent.signal, 'abort')).toHaveLength(0);
    expect(timers()).toBe(before);
  });

  test('leaves no listener after a race, whether the work is done or fails', async () => {
    const { signal } = new AbortController();

    await raceSignal('work', signal, async () => 1);
    await raceSignal('work', signal, async () => Promise.reject(new Error('its own'))).catch(() => {});

    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  test('reports no unhandled rejection of work that fails after the budget', async () => {
    const unhandled: unknown[] = [];
    const listener = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', listener);
    using deadline = new Deadline(1);
    let fail: (error: Error) => void = () => {};

    await expect(
      deadline.race('work', async () => new Promise<never>((_resolve, reject) => (fail = reject))),
    ).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    fail(new Error('too late'));
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', listener);

    expect(unhandled).toEqual([]);
  });

  test('counts what is left down to 0 on its own clock', () => {
    const clock = new ManualClock();
    using deadline = new Deadline(500, { clock });

    clock.ms += 200;
    expect(deadline.remainingMs()).toBe(300);
    clock.ms += 900;
    expect(deadline.remainingMs()).toBe(0);
  });
});

describe('delay', () => {
  test('ends early with the reason of the signal and leaves no timer', async () => {
    const before = timers();
    const controller = new AbortController();
    const reason = new Error('enough');
    const pause = delay(60_000, controller.signal);
    controller.abort(reason);

    await expect(pause).rejects.toBe(reason);
    expect(timers()).toBe(before);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  test('starts no timer for a signal that has ended', async () => {
    const before = timers();

    await expect(delay(60_000, AbortSignal.abort(new Error('over')))).rejects.toThrow('over');
    expect(timers()).toBe(before);
  });
});
