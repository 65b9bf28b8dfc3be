import { array, assert, boolean, constantFrom, property, record, subarray } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RULES } from '../contract/rule.ts';
import { HARNESS_ERROR_CODES } from '../foundation/errors.ts';
import { diagnose } from './diagnose.ts';
import { diagnosisSchema } from './diagnosis.ts';
import { RULE_BOOK } from './rule-book.ts';
import { SampleRun } from './testing/sample-run.ts';
import { STORIES } from './testing/stories.ts';

/** Reds that rest on records, on none, or on one that is not there. */
const reds = array(
  record({ rule: constantFrom(...Object.keys(RULES)), evidence: constantFrom([], ['m-1'], [''], ['gone']) }),
  { maxLength: 6 },
);

describe('every cause', () => {
  test('cites something that stands in the run', () => {
    assert(
      property(
        subarray(Object.entries(STORIES), { maxLength: 4 }),
        reds,
        array(constantFrom(...HARNESS_ERROR_CODES), { maxLength: 2 }),
        array(constantFrom('dns', 'health', 'readiness', 'welcome', 'chat-turn'), { maxLength: 2 }),
        boolean(),
        (stories, broken, faults, undecided, isWithoutRules) => {
          const run = new SampleRun();
          let fields = {};
          for (const [, story] of stories) fields = { ...fields, ...story(run) };
          for (const [at, { rule, evidence }] of broken.entries()) run.red(`X-${at}`, [rule], evidence);
          for (const rung of undecided) run.rung(rung, null, []);
          const stored = run.record({
            ...fields,
            harnessFaults: faults.map((code) => ({ code, message: '-', next: null })),
          });
          const diagnosis = diagnose(stored, run.evidence, isWithoutRules ? [] : RULE_BOOK);
          const known = new Set([
            ...run.evidence.map(({ id }) => id),
            ...stored.checks.map(({ id }) => id),
            ...stored.preflight.map(({ rung }) => rung),
            ...stored.harnessFaults.map(({ code }) => `harness:${code}`),
            'run',
          ]);

          expect(diagnosisSchema.safeParse(diagnosis).error).toBeUndefined();
          for (const { role, hypothesis, for: cited } of diagnosis.hypotheses) {
            if (role !== 'cause') continue;
            expect(cited.length, hypothesis).toBeGreaterThan(0);
            for (const id of cited) expect(known.has(id), `${hypothesis}: ${id}`).toBe(true);
          }
        },
      ),
      { numRuns: 400, seed: 7 },
    );
  });

  test('is refused in a file without a record that shows it', () => {
    const run = new SampleRun();
    STORIES.CLOCK_SKEW(run);
    const diagnosis = diagnose(run.record(), run.evidence);
    const bare = { ...diagnosis, hypotheses: diagnosis.hypotheses.map((one) => ({ ...one, for: [] })) };

    expect(diagnosisSchema.safeParse(diagnosis).success).toBe(true);
    expect(diagnosisSchema.safeParse(bare).success).toBe(false);
  });
});
