import { distance } from 'fastest-levenshtein';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nearestName } from './nearest-name.mjs';

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-'), minLength: 1, maxLength: 8 });

describe('nearestName', () => {
  test.each([
    ['sede', 'seed'],
    ['chekc', 'check'],
    ['frobnicate', null],
    ['', null],
  ])('of %j is %j', (wanted, name) => {
    expect(nearestName(wanted, ['seed', 'shard', 'check'], 3)).toBe(name);
  });

  test('is as near as a library counts it', () => {
    fc.assert(
      fc.property(word, fc.array(word, { minLength: 1, maxLength: 5 }), (wanted, known) => {
        const found = nearestName(wanted, known, 3);
        const fewest = Math.min(
          ...known
            .filter((name) => distance(wanted, name) < name.length)
            .map((name) => distance(wanted, name)),
        );

        expect(found === null ? fewest > 3 : distance(wanted, found) === fewest).toBe(true);
      }),
    );
  });
});
