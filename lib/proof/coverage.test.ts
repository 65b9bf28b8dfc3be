import { describe, expect, test } from 'vitest';
import { samplePlannedCheck } from '../evidence/testing/sample-record.ts';
import { coverageGaps } from './coverage.ts';
import { coveragePage } from './coverage-page.ts';
import type { RequirementRow } from './requirement.ts';

const row = (fields: Partial<RequirementRow> = {}): RequirementRow => ({
  id: 'S0-7',
  kinds: ['C'],
  title: 'a valid token is not refused',
  held: [],
  beyond: null,
  instead: null,
  ...fields,
});
const check = (id: string, ...covers: readonly string[]) => samplePlannedCheck({ id, covers: [...covers] });

describe('the coverage of the requirements', () => {
  test('has no gap when a check answers for the row and the row is known', () => {
    expect(coverageGaps([row()], [check('HS-01', 'S0-7')])).toEqual([]);
  });

  test.for(['C', 'M', 'V', 'B', 'feature', 'suite'] as const)(
    'misses a row of kind %s that nobody answers for',
    (kind) => {
      const gaps = coverageGaps([row({ kinds: [kind] })], [check('HS-01', 'R-1')]);

      expect(gaps[0]).toContain('no check covers S0-7');
      expect(gaps[1]).toBe('HS-01: covers R-1, which is no row');
    },
  );

  test('takes an element of the report, or a reason why the wire cannot show it, for an answer', () => {
    expect(coverageGaps([row({ kinds: ['M'], held: [['ledger', 'lib/evidence/ledger.ts']] })], [])).toEqual(
      [],
    );
    expect(coverageGaps([row({ beyond: 'it happens inside the server' })], [])).toEqual([]);
  });

  test('demands an element of a report row, a reason of an unobservable one, and an alternative to a claim', () => {
    expect(coverageGaps([row({ kinds: ['R', 'N', '!'] })], []).map((gap) => gap.slice(0, 8))).toEqual([
      'S0-7 (R)',
      'S0-7 (N)',
      'S0-7 (!)',
    ]);
  });

  test('misses nothing of a check beyond the rows, and finds a row that stands twice', () => {
    expect(coverageGaps([row(), row()], [check('HS-01', 'S0-7'), check('HS-02')])).toEqual([
      'S0-7: the row stands twice',
    ]);
  });
});

describe('the page of the coverage', () => {
  test('tells every row with its checks, its elements and its reasons', () => {
    const page = coveragePage(
      [
        row({ kinds: ['C', '!'], instead: 'a turn with all its events' }),
        row({ id: 'R-1', kinds: ['feature'], held: [['ledger', 'lib/evidence/ledger.ts']] }),
      ],
      [check('HS-01', 'S0-7')],
    );

    expect(page).toMatch(
      /\| S0-7 \| C, ! \| a valid token is not refused \| HS-01; claim .*a turn with all its/,
    );
    expect(page).toContain('ledger (`lib/evidence/ledger.ts`)');
    expect(page).toContain('2 rows: 1 are covered by a check');
    expect(page).toMatch(/\| HS-01 \| S0-7 \|/);
  });
});
