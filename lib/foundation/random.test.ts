import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { systemClock } from './clock.ts';
import { createRandom, randomHex, randomKey, randomSeed } from './random.ts';

describe('random', () => {
  test('repeats its sequence for the same seed and changes it for another', () => {
    const draw = (seed: number): readonly number[] => {
      const random = createRandom(seed);
      return Array.from({ length: 20 }, () => random.int(0, 1_000_000));
    };

    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(createRandom(7).shuffle([1, 2, 3, 4, 5, 6])).toEqual(createRandom(7).shuffle([1, 2, 3, 4, 5, 6]));
  });

  test('shuffles without losing or adding, and leaves its input alone', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.integer()), (seed, items) => {
        const before = [...items];
        const shuffled = createRandom(seed).shuffle(items);

        expect(items).toEqual(before);
        expect(shuffled.toSorted((a, b) => a - b)).toEqual(before.toSorted((a, b) => a - b));
      }),
    );
  });

  test('keeps integers within both bounds', () => {
    const random = createRandom(3);
    const drawn = new Set(Array.from({ length: 200 }, () => random.int(1, 3)));

    expect(drawn).toEqual(new Set([1, 2, 3]));
  });

  test('makes seeds that a run accepts and keys of the size asked for', () => {
    for (let n = 0; n < 100; n += 1) {
      const seed = randomSeed();
      expect(Number.isInteger(seed) && seed >= 1 && seed <= 0x7fffffff).toBe(true);
    }
    expect(Buffer.from(randomKey(32), 'base64')).toHaveLength(32);
    expect(randomHex(20)).toMatch(/^[0-9a-f]{40}$/);
    expect(randomHex(20)).not.toBe(randomHex(20));
  });
});

describe('clock', () => {
  test('never goes back', () => {
    const readings = Array.from({ length: 1_000 }, () => systemClock.now());

    expect(readings).toEqual(readings.toSorted((a, b) => a - b));
  });
});
