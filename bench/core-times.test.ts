import { describe, expect, test } from 'vitest';
import { parseCoreTimes } from './core-times.ts';

describe('times of the cores', () => {
  test('are user, nice, system and steal of each, without interrupts and idle time', () => {
    const stat =
      'cpu  9 9 9 9 9 9 9 9 0 0\ncpu0 1 2 3 1000 50 60 70 4 0 0\ncpu1 10 0 0 1 1 1 1 0 0 0\nintr 5\n';

    expect(parseCoreTimes(stat)).toEqual([100, 100]);
  });
});
