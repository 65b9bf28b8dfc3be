import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RunFilter } from './run-filter.ts';

const words = ['authorization', 'netra-auth-service', 'short', 'straße-und-weg'];

function shares(text: string, length: number): boolean {
  const lower = text.toLowerCase();
  return words.some((word) =>
    Array.from({ length: Math.max(0, word.length - length + 1) }, (_, at) =>
      word.slice(at, at + length),
    ).some((run) => lower.includes(run)),
  );
}

describe('run filter', () => {
  test('rules out no text that shares a run, wherever it stands and whatever its case', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...words),
        fc.nat(20),
        fc.integer({ min: 4, max: 18 }),
        fc.stringMatching(/^[A-Za-z0-9_-]{0,30}$/),
        fc.stringMatching(/^[A-Za-z0-9_-]{0,30}$/),
        fc.boolean(),
        (word, from, length, before, after, upper) => {
          const run = word.slice(from, from + length);
          const text = before + (upper ? run.toUpperCase() : run) + after;
          const missed = [8, 16].filter(
            (least) => shares(text, least) && !new RunFilter(words, 8).mayShare(text, least),
          );

          expect(missed).toEqual([]);
        },
      ),
    );
  });

  test('rules out a text that shares fewer characters', () => {
    const filter = new RunFilter(words, 8);

    expect(filter.mayShare('xauthorx', 8)).toBe(false);
    expect(filter.mayShare('eyJzdWIiOiJzZy1iZW5jaC0xLXUxMiIsImVtYWlsIjoi', 8)).toBe(false);
    expect(filter.mayShare('x Authoriz y', 8)).toBe(true);
  });

  test('refuses runs that are too short for it', () => {
    expect(() => new RunFilter(words, 5)).toThrow(RangeError);
  });
});
