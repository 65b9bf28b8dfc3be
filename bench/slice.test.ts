import { describe, expect, test } from 'vitest';
import { joinSlices, parseSlice } from './slice.ts';

describe('slices of a bench client', () => {
  test('reads the line that a client writes', () => {
    expect(parseSlice('700 250.5 249')).toEqual({ work: 700, elapsedMs: 250.5, cpuMs: 249 });
  });

  test.for(['', 'ready', '0 250 1', '700 250'])('refuses the line "%s"', (line) => {
    expect(() => parseSlice(line)).toThrow(TypeError);
  });

  test('adds up work and times', () => {
    const slice = { work: 7, elapsedMs: 2, cpuMs: 1 };

    expect(joinSlices([slice, slice])).toEqual({ work: 14, elapsedMs: 4, cpuMs: 2 });
  });
});
