import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTimestampMs } from './timestamp.ts';

describe('timestamps', () => {
  test('agrees with Date on every ISO text of Date', () => {
    fc.assert(
      fc.property(
        fc.date({ noInvalidDate: true, min: new Date('0001-01-01'), max: new Date('9999-12-31') }),
        (date) => {
          expect(parseTimestampMs(date.toISOString())).toBe(date.getTime());
        },
      ),
    );
  });

  test('agrees with Date within one minute, also after a text that is none', () => {
    for (const second of [0, 7, 59]) {
      for (const fraction of [0, 5, 999]) {
        const text = new Date(Date.UTC(2026, 4, 3, 2, 1, second, fraction)).toISOString();

        expect(parseTimestampMs(text)).toBe(Date.parse(text));
        expect(parseTimestampMs(text.replace('02:01', '02:61'))).toBeNull();
        expect(parseTimestampMs(`${text.slice(0, 17)}61Z`)).toBeNull();
      }
    }
  });

  test('agrees with Date on offsets', () => {
    fc.assert(
      fc.property(fc.integer({ min: -23, max: 23 }), fc.integer({ min: 0, max: 59 }), (hours, minutes) => {
        const pad = (value: number): string => String(Math.abs(value)).padStart(2, '0');
        const text = `2024-02-29T23:59:58.250${hours < 0 ? '-' : '+'}${pad(hours)}:${pad(minutes)}`;
        expect(parseTimestampMs(text)).toBe(Date.parse(text));
      }),
    );
  });

  test.for([
    ['2025-09-15T06:52:00.123456+00:00', Date.UTC(2025, 8, 15, 6, 52, 0, 123)],
    ['2025-09-15T06:52:00', Date.UTC(2025, 8, 15, 6, 52)],
    ['2025-09-15 06:52:00', Date.UTC(2025, 8, 15, 6, 52)],
    ['2025-09-15T06:52:00+0200', Date.UTC(2025, 8, 15, 4, 52)],
    [1_757_919_120.5, 1_757_919_120_500],
    [1_757_919_120_500, 1_757_919_120_500],
  ] as const)('reads %s', ([value, expected]) => {
    expect(parseTimestampMs(value)).toBe(expected);
  });

  test.for([
    null,
    undefined,
    '',
    'yesterday',
    '2025-13-01T00:00:00Z',
    '2025-09-15T06:52:00.Z',
    '2025-09-15T06:52:00ZZ',
    '2025-09-15T06:5x:00',
    '2025-09-15T06:52:00x02:00',
    '2025-10-32T00:00:00Z',
    Number.NaN,
    Infinity,
    {},
    true,
  ])('refuses %o', (value) => {
    expect(parseTimestampMs(value)).toBeNull();
  });
});
