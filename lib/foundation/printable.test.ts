import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { printable } from './printable.ts';

const hostile: readonly (readonly [string, string, string])[] = [
  ['an ANSI colour', '\u001b[32mGO\u001b[0m', '\ufffd[32mGO\ufffd[0m'],
  ['an 8-bit escape', '\u009b2J', '\ufffd2J'],
  ['a title sequence', '\u001b]0;owned\u0007', '\ufffd]0;owned\ufffd'],
  ['a carriage return that overwrites the line', 'NO-GO\rGO', 'NO-GO\ufffdGO'],
  ['a backspace', 'NO\u0008\u0008GO', 'NO\ufffd\ufffdGO'],
  ['a bidi override', 'a\u202eOG-ON', 'a\ufffdOG-ON'],
  ['a bidi isolate', '\u2066x\u2069', '\ufffdx\ufffd'],
  ['a byte order mark', '\ufeffx', '\ufffdx'],
  ['a lone high surrogate', 'a\ud83dz', 'a\ufffdz'],
  ['a lone low surrogate', 'a\ude80z', 'a\ufffdz'],
];

describe('printable', () => {
  test.each(hostile)('replaces %s', (_what, text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  test('keeps tabs, line ends, emoji and other scripts', () => {
    const text = 'tab\tline\n🚀 naïve שלום 中文';

    expect(printable(text)).toBe(text);
  });

  test('says how long the text was that it cut', () => {
    expect(printable('x'.repeat(30), 10)).toBe(`${'x'.repeat(10)}… (30 characters)`);
    expect(printable('x'.repeat(10), 10)).toBe('x'.repeat(10));
  });

  test('always gives well-formed text without controls, wherever it cuts', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('🚀', '\ud83d', '\ude80', '\u001b'),
    );
    fc.assert(
      fc.property(fc.array(piece), fc.nat(20), (pieces, maxLength) => {
        const text = printable(pieces.join(''), maxLength);

        expect(Buffer.from(text, 'utf8').toString('utf8')).toBe(text);
        expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
      }),
      { numRuns: 1_000 },
    );
  });
});
