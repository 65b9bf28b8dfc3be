import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, contentHash, readableJson } from './canonical-json.ts';

/** The same value with the keys of every object in reverse order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, part]) => [key, reversed(part)]),
  );
}

describe('canonical JSON', () => {
  test('gives the same bytes and the same hash whatever the order of the keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
        expect(contentHash(reversed(value))).toBe(contentHash(value));
        expect(readableJson(reversed(value))).toBe(readableJson(value));
      }),
    );
  });

  test('gives another hash for another value', () => {
    expect(contentHash({ a: 1 })).not.toBe(contentHash({ a: '1' }));
    expect(contentHash([1, 2])).not.toBe(contentHash([2, 1]));
    expect(contentHash({})).not.toBe(contentHash({ a: null }));
  });

  test('hashes as SHA-256 of the RFC 8785 text', () => {
    expect(canonicalJson({ b: [1.5, 1e21, -0], a: '\u20ac\n' })).toBe('{"a":"€\\n","b":[1.5,1e+21,0]}');
    expect(contentHash({})).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
  });

  test('refuses what JSON cannot hold', () => {
    for (const value of [undefined, Number.NaN, Number.POSITIVE_INFINITY, { lag: Number.NaN }]) {
      expect(() => canonicalJson(value)).toThrow();
    }
  });

  test('reads back from the text for people as the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        expect(canonicalJson(JSON.parse(readableJson(value)))).toBe(canonicalJson(value));
      }),
    );
    expect(readableJson({ b: 1, a: 2 })).toBe('{\n  "a": 2,\n  "b": 1\n}\n');
  });
});
