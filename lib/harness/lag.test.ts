import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { observed } from './lag.ts';

test('a busy event loop of our own is seen while we work', async () => {
  const { value, lagMs } = await observed(async () => {
    for (let round = 0; round < 5; round += 1) {
      const endMs = performance.now() + 120;
      while (performance.now() < endMs);
      await sleep(15);
    }
    return 'done';
  });

  expect(value).toBe('done');
  expect(lagMs).toBeGreaterThan(80);
});
