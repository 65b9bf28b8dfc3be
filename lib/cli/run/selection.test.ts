import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { samplePlannedCheck } from '../../evidence/testing/sample-record.ts';
import { readPlan } from '../policy/plan-file.ts';
import { type Filters, select, type Selection } from './selection.ts';

const { checks } = readPlan(join(import.meta.dirname, '../../..'));
const all = checks.map(({ id }) => id);
const NONE: Filters = { suites: [], checks: [], pattern: null, shard: null, shortPlan: false };
const choose = (filters: Partial<Filters>): Selection => select(checks, { ...NONE, ...filters });
const [first, second] = checks;
if (first === undefined || second === undefined) throw new TypeError('expected a plan of two checks');

describe('selection', () => {
  test('without a filter asks for the whole plan, in its order', () => {
    expect(choose({})).toEqual({ scope: 'full', filters: [], selected: all, hint: null });
    expect(choose({ shortPlan: true }).scope).toBe('smoke');
  });

  test.each([
    ['a check', { checks: [first.id] }, ['--check PRE-01']],
    ['a check in lower case', { checks: [first.id.toLowerCase()] }, ['--check pre-01']],
    ['a suite', { suites: ['auth'] }, ['--suite auth']],
    ['a pattern', { pattern: 'TOKEN' }, ['-t TOKEN']],
    ['a pattern that matches everything', { pattern: '.' }, ['-t .']],
    ['a filter beside --smoke', { checks: [first.id], shortPlan: true }, ['--check PRE-01']],
    ['a filter beside a shard', { pattern: '.', shard: { index: 1, count: 1 } }, ['-t .', '--shard 1/1']],
  ] satisfies readonly (readonly [string, Partial<Filters>, readonly string[]])[])(
    'is partial for %s, and says so',
    (_what, filters, words) => {
      const selection = choose(filters);

      expect(selection).toMatchObject({ scope: 'partial', filters: words, hint: null });
      expect(selection.selected.length).toBeGreaterThan(0);
      expect(all).toEqual(expect.arrayContaining([...selection.selected]));
    },
  );

  test('joins filters of one kind by or, and kinds by and', () => {
    expect(choose({ checks: [first.id, second.id] }).selected).toEqual([first.id, second.id]);
    expect(choose({ checks: [first.id], suites: ['auth'] }).selected).toEqual([]);
  });

  test('deals the plan out to any number of shards without loss and without double', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.nat(60), { maxLength: 80 }),
        (count, files) => {
          const plan = files.map((file, at) =>
            samplePlannedCheck({ id: `API-${String(at + 10)}`, file: `suites/api/f${file}.spec.ts` }),
          );
          const shards = Array.from({ length: count }, (_, at) =>
            select(plan, { ...NONE, shard: { index: at + 1, count } }),
          );

          expect(shards.flatMap(({ selected }) => selected).toSorted()).toEqual(
            plan.map(({ id }) => id).toSorted(),
          );
          expect(new Set(shards.map(({ scope }) => scope))).toEqual(new Set(['shard']));
        },
      ),
    );
  });

  test('keeps the checks of one file in one shard', () => {
    const shards = [1, 2, 3].map((index) => choose({ shard: { index, count: 3 } }).selected);
    for (const { id, file } of checks) {
      const sameFile = checks.filter((other) => other.file === file).map((other) => other.id);
      expect(shards.find((ids) => ids.includes(id))).toEqual(expect.arrayContaining(sameFile));
    }
  });

  test('says the nearest name when nothing matches', () => {
    expect(choose({ suites: ['isolatoin'] })).toMatchObject({
      selected: [],
      hint: expect.stringContaining('the nearest name is isolation'),
    });
    expect(choose({ checks: ['PREE-01'] }).hint).toContain('the nearest is PRE-01 (');
  });

  test('says the nearest ids and titles when no title matches a pattern', () => {
    const { hint, selected } = choose({ pattern: 'expird.tokn' });

    expect(selected).toEqual([]);
    expect(hint).toMatch(
      /^No check has an id or a title that matches expird\.tokn; the nearest are AUTH-03 \(/,
    );
    expect(hint?.match(/[A-Z]+-\d+ \(/g)).toHaveLength(3);
    expect(choose({ pattern: 'zzzqqqxx' }).hint).toContain('no word of one is like it');
  });

  test('says that filters which match each for itself match nothing together', () => {
    expect(choose({ checks: [first.id], suites: ['auth'] }).hint).toContain('none matches them all');
    expect(choose({ checks: [first.id], shard: { index: 2, count: 2 } }).hint).toContain(
      'No check of shard 2/2',
    );
  });

  test('names a misspelt check beside one that is right', () => {
    const selection = choose({ checks: [first.id, 'AUHT-01'] });

    expect(selection.selected).toEqual([first.id]);
    expect(selection.hint).toContain('No check matches AUHT-01; the nearest is AUTH-01 (');
  });
});
