import { expect, test } from 'vitest';
import { createRandom } from '../foundation/random.ts';
import { trend } from './trend.ts';

test('a series that rises with every value grows', () => {
  const found = trend([20, 80, 140, 200, 260, 320, 380, 440]);

  expect(found).toMatchObject({ n: 8, s: 28, grows: true });
  expect(found?.factor).toBeGreaterThan(2);
});

test('a rise that is steady but small does not count', () => {
  expect(trend([100, 101, 102, 103, 104, 105, 106, 107])?.grows).toBe(false);
});

test('one slow value at the end is no trend', () => {
  expect(trend([20, 22, 19, 21, 20, 22, 18, 400])?.grows).toBe(false);
});

test('a falling series does not grow', () => {
  expect(trend([440, 380, 320, 260, 200, 140, 80, 20])).toMatchObject({ s: -28, grows: false });
});

test('fewer than six values have no trend', () => {
  expect(trend([1, 2, 3, 4, 5])).toBeNull();
});

test('noise is hardly ever taken for growth', () => {
  const random = createRandom(7);
  const alarms = Array.from({ length: 2_000 }, () =>
    trend(Array.from({ length: 8 }, () => 20 + random.int(0, 20))),
  ).filter((found) => found?.grows === true);

  expect(alarms.length).toBeLessThan(5);
});
