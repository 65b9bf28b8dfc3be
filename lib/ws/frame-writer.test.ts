import { describe, expect, test } from 'vitest';
import { clientFrame } from './frame-writer.ts';

describe('a frame of a client', () => {
  test('is final and masked unless it is told not to be', () => {
    const frame = clientFrame(0x1, 'hi');

    expect(frame[0]).toBe(0x81);
    expect((frame[1] ?? 0) & 0x80).toBe(0x80);
    expect(frame).toHaveLength(2 + 4 + 2);
  });

  test('leaves the final bit out for a fragment', () => {
    expect(clientFrame(0x2, 'hi', { fin: false, masked: true })[0]).toBe(0x02);
  });

  test.for([2, 200, 70_000])('stands as it is without a mask, at %i bytes', (length) => {
    const payload = 'abc'.repeat(length).slice(0, length);
    const frame = clientFrame(0x1, payload, { fin: true, masked: false });
    const head = length < 126 ? 2 : length < 65_536 ? 4 : 10;

    expect((frame[1] ?? 0x80) & 0x80).toBe(0);
    expect(frame).toHaveLength(head + length);
    expect(frame.toString('utf8', head)).toBe(payload);
  });
});
