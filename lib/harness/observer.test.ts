import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Observer } from './observer.ts';

test('an observer is idle until a check runs, and again when the last one ended', () => {
  const observer = new Observer();

  expect(observer.isIdle).toBe(true);
  const first = observer.watch();
  const second = observer.watch();
  first();
  expect(observer.isIdle).toBe(false);
  second();
  expect(observer.isIdle).toBe(true);
});

test('an observer measures while a check runs, and not before', async () => {
  const observer = new Observer();
  expect(observer.health()).toEqual({ eventLoopLagP99Ms: 0, eventLoopLagMaxMs: 0, samples: 0 });

  const release = observer.watch();
  await sleep(150);
  release();

  expect(observer.health().samples).toBeGreaterThan(0);
  expect(observer.health().eventLoopLagMaxMs).toBeGreaterThanOrEqual(observer.health().eventLoopLagP99Ms);
});
