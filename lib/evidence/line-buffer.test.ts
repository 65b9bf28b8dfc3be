import { describe, expect, test } from 'vitest';
import { digitsOf, encodeAscii, LineBuffer } from './line-buffer.ts';

const textOf = (lines: LineBuffer): string => lines.view(0, lines.length).toString('latin1');

describe('LineBuffer', () => {
  test.each([
    0, 1, 9, 10, 11, 99, 100, 101, 999_999_999, 1_000_000_000, 2_147_483_646, 2_147_483_647, 2_147_483_648,
    4_294_967_295, 4_294_967_296, 9_007_199_254_740_991,
  ])('writes the whole number %d in decimal digits', (value) => {
    const lines = new LineBuffer();
    lines.ascii('[');
    lines.integer(value);
    lines.ascii(']');

    expect(textOf(lines)).toBe(`[${value}]`);
    expect(digitsOf(value)).toBe(String(value).length);
  });

  test('keeps every line while it grows', () => {
    const lines = new LineBuffer();
    const line = `${'x'.repeat(1_999)}\n`;
    for (let n = 0; n < 200; n += 1) {
      lines.startLine();
      if (n % 2 === 0) lines.latin1(line);
      else lines.encoded(encodeAscii(line));
    }

    expect(lines.length).toBe(400_000);
    expect(textOf(lines)).toBe(line.repeat(200));
  });

  test.each([61_440, 61_441, 65_536])('has room for a whole line behind %d bytes', (before) => {
    const lines = new LineBuffer();
    for (let at = 0; at < before; at += 1) lines.ascii('a');
    lines.startLine();
    lines.latin1('b'.repeat(4_096));

    expect(textOf(lines)).toBe('a'.repeat(before) + 'b'.repeat(4_096));
  });

  test('copies what was written, and writes a number over a part of it', () => {
    const lines = new LineBuffer();
    lines.ascii('n=100;');
    lines.again(0, 5);
    lines.integerAt(8, 207, 3);

    expect(textOf(lines)).toBe('n=100;n=207');
    expect(lines.view(6, 11).toString('latin1')).toBe('n=207');
  });

  test('begins again when it is cleared', () => {
    const lines = new LineBuffer();
    lines.ascii('before');
    lines.clear();
    lines.ascii('now');

    expect([lines.length, textOf(lines)]).toEqual([3, 'now']);
  });
});
