import { expect, test } from 'vitest';
import { z } from 'zod';
import { PlantedTree } from './planted-tree.ts';

const planSchema = z.looseObject({ checks: z.array(z.unknown()) });

test('the comparison of the plan finds a check that the manifest does not list', async () => {
  using tree = new PlantedTree({}, 'whole');
  const sound = await tree.script('plan:check');
  const manifest = planSchema.parse(JSON.parse(tree.read('suites/plan.json')));

  const shorter = { ...manifest, checks: manifest.checks.slice(1) };
  tree.plant('suites/plan.json', `${JSON.stringify(shorter, null, 2)}\n`);
  const drifted = await tree.script('plan:check');

  expect(sound).toMatchObject({ code: 0 });
  expect(drifted.code).toBe(70);
  expect(drifted.output).toContain('PLAN_DRIFT');
});
