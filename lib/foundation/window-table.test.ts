import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WindowTable } from './window-table.ts';

const WINDOW = 8;

/** Every place at which 8 characters of a secret stand in the text, the slow way. */
function placesOf(secrets: readonly string[], text: string): readonly number[] {
  const windows = secrets.flatMap((secret) =>
    Array.from({ length: Math.max(0, secret.length - WINDOW + 1) }, (_, at) => secret.slice(at, at + WINDOW)),
  );
  return Array.from({ length: text.length }, (_, at) => at).filter((at) =>
    windows.some((window) => text.startsWith(window, at)),
  );
}

function scanned(secrets: readonly string[], text: string): readonly number[] {
  const table = new WindowTable();
  for (const secret of secrets) {
    const source = table.addSource(secret, () => 'secret');
    for (let at = 0; at < secret.length; at += 1) table.add(source, at, WINDOW);
  }
  const found = new Set<number>();
  table.scan(text, { take: (offset) => found.add(offset) });
  return [...found];
}

/** Every character that stands in a run of at least 8 characters of a secret, found by runs. */
function covered(secrets: readonly string[], text: string): readonly number[] {
  const table = new WindowTable();
  for (const secret of secrets)
    table.addRuns(
      table.addSource(secret, () => 'secret'),
      WINDOW,
    );
  const found = new Set<number>();
  table.scan(text, {
    take: (offset, length) => {
      for (let at = offset; at < offset + length; at += 1) found.add(at);
    },
  });
  return [...found].toSorted((a, b) => a - b);
}

// Few characters, so that parts of secrets stand in texts by chance, at their edges and one after the other.
const secret = fc.string({ unit: fc.constantFrom('a', 'b', '-', 'ü', '"'), minLength: 6, maxLength: 14 });
const noise = fc.string({ unit: fc.constantFrom('a', 'b', '"', ':', ' ', '€', 'ü'), maxLength: 12 });
const leak = fc
  .tuple(fc.array(secret, { minLength: 1, maxLength: 3 }), fc.array(noise))
  .map(([secrets, noises]) => ({
    secrets,
    text: noises
      .flatMap((around, at) => [around, (secrets[at % secrets.length] ?? '').slice(at % 3)])
      .join(''),
  }));

describe('window table', () => {
  test('finds what a search at every place finds, whatever characters stand around it', () => {
    fc.assert(
      fc.property(leak, ({ secrets, text }) => {
        expect(scanned(secrets, text)).toEqual(placesOf(secrets, text));
      }),
      { numRuns: 500 },
    );
  });

  test('finds runs with fewer windows, and the same characters', () => {
    fc.assert(
      fc.property(leak, ({ secrets, text }) => {
        const places = placesOf(secrets, text).flatMap((place) =>
          Array.from({ length: WINDOW }, (_, at) => place + at),
        );

        expect(covered(secrets, text)).toEqual([...new Set(places)]);
      }),
      { numRuns: 500 },
    );
  });

  test('refuses runs that are shorter than what is hashed of a window', () => {
    const table = new WindowTable();

    expect(() =>
      table.addRuns(
        table.addSource('abcdefgh', () => 'secret'),
        5,
      ),
    ).toThrow(RangeError);
  });
});
