import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Lane } from './lane.ts';

const { signal } = new AbortController();
const turn = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('lane', () => {
  test('lets as many in as it is wide, then one for each that leaves, first come first served', async () => {
    const lane = new Lane(2);
    const order: number[] = [];
    const leave: (() => void)[] = [];
    for (let n = 1; n <= 4; n += 1) {
      void lane.enter('a place', signal).then((release) => {
        order.push(n);
        leave.push(release);
      });
    }
    await turn();
    expect(order).toEqual([1, 2]);

    leave.shift()?.();
    await turn();
    expect(order).toEqual([1, 2, 3]);
    leave.shift()?.();
    await turn();
    expect(order).toEqual([1, 2, 3, 4]);
  });

  test('counts a release once, however often it is called', async () => {
    const lane = new Lane(1);
    const release = await lane.enter('a place', signal);
    release();
    release();
    await lane.enter('a place', signal);
    let third = false;
    void lane.enter('a place', signal).then(() => (third = true));
    await turn();

    expect(third).toBe(false);
  });

  test('lets the next one through when somebody gives up in line', async () => {
    const lane = new Lane(1);
    const release = await lane.enter('a place', signal);
    const controller = new AbortController();
    const given = lane.enter('a place', controller.signal);
    const patient = lane.enter('a place', signal);
    controller.abort(new Error('gave up'));

    await expect(given).rejects.toThrow('gave up');
    release();
    expect(await patient).toBeTypeOf('function');
  });

  test('hands on a place that came in the very turn in which its owner gave up', async () => {
    const lane = new Lane(1);
    const release = await lane.enter('a place', signal);
    const controller = new AbortController();
    const given = lane.enter('a place', controller.signal);
    const patient = lane.enter('a place', signal);
    controller.abort(new Error('gave up'));
    release();

    await expect(given).rejects.toThrow('gave up');
    expect(await patient).toBeTypeOf('function');
  });

  test('grows by nothing when somebody comes who has given up before', async () => {
    const lane = new Lane(1);
    await lane.enter('a place', signal);
    await expect(lane.enter('a place', AbortSignal.abort(new Error('over')))).rejects.toThrow('over');
    let second = false;
    void lane.enter('a place', signal).then(() => (second = true));
    await turn();

    expect(second).toBe(false);
  });

  test('never holds more than its width and never loses a place, whoever gives up', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.array(fc.constantFrom('enter', 'leave', 'abort', 'late', 'turn'), { maxLength: 40 }),
        async (width, steps) => {
          const lane = new Lane(width);
          const inside: (() => void)[] = [];
          const waiting: AbortController[] = [];
          const enter = (controller: AbortController): void =>
            void lane.enter('a place', controller.signal).then(
              (release) => inside.push(release),
              () => {},
            );
          for (const step of steps) {
            if (step === 'enter')
              enter(waiting[waiting.push(new AbortController()) - 1] ?? new AbortController());
            else if (step === 'leave') inside.shift()?.();
            else if (step === 'abort') waiting.shift()?.abort(new Error('gave up'));
            else if (step === 'late' && inside.length === width) {
              await lane.enter('a place', AbortSignal.abort(new Error('over'))).catch(() => {});
            } else await turn();
            expect(inside.length).toBeLessThanOrEqual(width);
          }
          for (const controller of waiting) controller.abort(new Error('over'));
          await turn();
          for (const release of inside.splice(0)) release();
          await turn();
          for (const release of inside.splice(0)) release();

          // Everybody has left: exactly the whole width is free again.
          for (let n = 0; n <= width; n += 1) enter(new AbortController());
          await turn();
          expect(inside).toHaveLength(width);
        },
      ),
      { numRuns: 200 },
    );
  });
});
