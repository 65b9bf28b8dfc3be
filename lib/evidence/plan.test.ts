import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPlan, planHash, planSchema, plannedCheckSchema, type PlannedCheck } from './plan.ts';
import { samplePlannedCheck } from './testing/sample-record.ts';

const manifest = planSchema.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, '../../suites/plan.json'), 'utf8')),
);
const ids = (checks: readonly PlannedCheck[]): readonly string[] => checks.map(({ id }) => id);

describe('plan', () => {
  test('has one order and one hash, in whatever order the specs were read', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(manifest.checks, { minLength: manifest.checks.length }), (checks) => {
        expect(ids(createPlan(checks).checks)).toEqual(ids(createPlan(manifest.checks).checks));
        expect(planHash(createPlan(checks))).toBe(planHash(createPlan(manifest.checks)));
      }),
      { numRuns: 20 },
    );
  });

  test('runs phase after phase', () => {
    const phases = createPlan(manifest.checks).checks.map(({ phase }) => phase);

    expect(phases).toEqual(phases.toSorted((a, b) => a - b));
  });

  test('has another hash when one check changes in any way or is left out', () => {
    const plan = createPlan([samplePlannedCheck(), samplePlannedCheck({ id: 'AGENT-02' })]);
    const changes: readonly Partial<PlannedCheck>[] = [
      { severity: 'minor' },
      { requires: [{ observation: 'chat.turn', floor: 2 }] },
      { budgetMs: 1 },
      { needs: ['welcome'] },
    ];

    for (const change of changes) {
      const other = createPlan([samplePlannedCheck(change), samplePlannedCheck({ id: 'AGENT-02' })]);
      expect(planHash(other)).not.toBe(planHash(plan));
    }
    expect(planHash(createPlan([samplePlannedCheck()]))).not.toBe(planHash(plan));
  });

  test('takes no check that requires nothing to be seen', () => {
    const accepts = (fields: object): boolean =>
      plannedCheckSchema.safeParse({ ...samplePlannedCheck(), ...fields }).success;

    expect(accepts({})).toBe(true);
    expect(accepts({ requires: [] })).toBe(false);
    expect(accepts({ requires: [{ observation: 'chat.turn', floor: 0 }] })).toBe(false);
    expect(accepts({ requires: [{ observation: 'a feeling', floor: 1 }] })).toBe(false);
    expect(accepts({ id: 'agent-1' })).toBe(false);
    expect(accepts({ phase: 8 })).toBe(false);
  });
});
