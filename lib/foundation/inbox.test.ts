import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Inbox } from './inbox.ts';

const { signal } = new AbortController();

describe('inbox', () => {
  test('keeps the order of items that came before anybody waited', async () => {
    const inbox = new Inbox<number>(10);
    for (const item of [1, 2, 3]) inbox.push(item);

    expect([await inbox.next('an item', signal), inbox.poll(), inbox.poll(), inbox.poll()]).toEqual([
      1,
      2,
      3,
      undefined,
    ]);
  });

  test('serves those who wait in the order in which they came', async () => {
    const inbox = new Inbox<string>(10);
    const waiting = [inbox.next('a', signal), inbox.next('b', signal)];
    inbox.push('first');
    inbox.push('second');

    expect(await Promise.all(waiting)).toEqual(['first', 'second']);
    expect(inbox.size).toBe(0);
  });

  test('refuses what is over its capacity and keeps what it has', () => {
    const inbox = new Inbox<number>(2);

    expect([inbox.push(1), inbox.push(2), inbox.push(3)]).toEqual([true, true, false]);
    expect(inbox.size).toBe(2);
  });

  test('delivers what it has after the close, then its first reason', async () => {
    const inbox = new Inbox<number>(10);
    const reason = new Error('closed by the peer');
    inbox.push(1);
    inbox.close(() => reason);
    inbox.close(() => new Error('a second close'));

    expect(inbox.push(2)).toBe(false);
    expect(await inbox.next('an item', signal)).toBe(1);
    await expect(inbox.next('an item', signal)).rejects.toBe(reason);
    expect(inbox.isClosed).toBe(true);
  });

  test('rejects everybody who waits when it closes', async () => {
    const inbox = new Inbox<number>(10);
    const reason = new Error('closed');
    const waiting = Promise.allSettled([inbox.next('a', signal), inbox.next('b', signal)]);
    inbox.close(() => reason);

    expect(await waiting).toEqual([
      { status: 'rejected', reason },
      { status: 'rejected', reason },
    ]);
  });

  test('keeps an item that comes in the very turn in which its reader gives up', async () => {
    const inbox = new Inbox<string>(10);
    const controller = new AbortController();
    const given = inbox.next('a message', controller.signal);
    const patient = inbox.next('a message', signal);
    controller.abort(new Error('gave up'));
    inbox.push('one');
    inbox.push('two');

    await expect(given).rejects.toThrow('gave up');
    expect(await patient).toBe('one');
    expect(inbox.poll()).toBe('two');
  });

  test('loses, doubles and reorders no item, whatever aborts in between', async () => {
    const step = fc.constantFrom('push', 'wait', 'abort', 'turn');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const inbox = new Inbox<number>(1_000);
        const seen: number[] = [];
        const readers: AbortController[] = [];
        let pushed = 0;
        for (const name of steps) {
          if (name === 'push') inbox.push((pushed += 1));
          else if (name === 'abort') readers.shift()?.abort(new Error('gave up'));
          else if (name === 'turn') await new Promise((resolve) => setImmediate(resolve));
          else {
            const controller = new AbortController();
            readers.push(controller);
            inbox.next('an item', controller.signal).then(
              (item) => seen.push(item),
              () => {},
            );
          }
        }
        for (const reader of readers) reader.abort(new Error('over'));
        await new Promise((resolve) => setImmediate(resolve));
        for (let item = inbox.poll(); item !== undefined; item = inbox.poll()) seen.push(item);

        expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: pushed }, (_, at) => at + 1));
      }),
      { numRuns: 300 },
    );
  });
});
