import { describe, expect, test } from 'vitest';
import { dateOf, foldRepeated } from './header-value.ts';

describe('a header that means one value', () => {
  test.each([
    ['92e03187', '92e03187'],
    ['92e03187, 92e03187', '92e03187'],
    ['92e03187,92e03187,92e03187', '92e03187'],
    ['92e03187, 0badf00d', '92e03187, 0badf00d'],
    ['', ''],
  ])('reads %j as %j', (value, folded) => {
    expect(foldRepeated(value)).toBe(folded);
  });

  test('takes the first of repeated dates', () => {
    const date = 'Sat, 21 Nov 2026 20:00:00 GMT';

    expect(dateOf(date)).toBe(Date.UTC(2026, 10, 21, 20));
    expect(dateOf(`${date}, ${date}`)).toBe(dateOf(date));
    expect(dateOf(`${date}, Sat, 21 Nov 2026 20:00:09 GMT`)).toBe(dateOf(date));
    expect(dateOf('yesterday')).toBeNaN();
    expect(dateOf('')).toBeNaN();
  });
});
