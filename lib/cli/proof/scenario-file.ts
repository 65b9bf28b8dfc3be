import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { PlannedCheck } from '../../evidence/plan.ts';
import { describeError, HarnessError } from '../../foundation/errors.ts';
import { type Scenario, scenarioSchema } from '../../proof/scenario.ts';

const FOLDER = 'fixtures/scenarios';

/**
 * Reads every scenario, or those that are wanted, in the order of their names.
 * @throws {HarnessError} `CONFIG_INVALID` for one that cannot be meant, `USAGE` for a name that none has.
 */
export function readScenarios(
  root: string,
  plan: readonly PlannedCheck[],
  wanted: readonly string[],
): readonly Scenario[] {
  const names = readdirSync(join(root, FOLDER)).filter((name) => name.endsWith('.json'));
  const all = names.toSorted().map((name) => readScenario(join(root, FOLDER, name), name, plan));
  const strange = wanted.filter((name) => !all.some((scenario) => scenario.name === name));
  if (strange.length > 0) {
    throw new HarnessError('USAGE', `expected a scenario of ${FOLDER}, got ${strange.join(', ')}`, {
      next: `They are: ${all.map(({ name }) => name).join(', ')}.`,
    });
  }
  return wanted.length === 0 ? all : all.filter(({ name }) => wanted.includes(name));
}

function readScenario(path: string, file: string, plan: readonly PlannedCheck[]): Scenario {
  const invalid = (why: string): HarnessError =>
    new HarnessError('CONFIG_INVALID', `${FOLDER}/${file} is not valid: ${why}`, {
      next: 'See lib/proof/scenario.ts for its fields.',
    });
  let scenario: Scenario;
  try {
    scenario = scenarioSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw invalid(error instanceof z.ZodError ? z.prettifyError(error) : describeError(error));
  }
  if (`${scenario.name}.json` !== file) throw invalid(`expected the name of its file, got ${scenario.name}`);
  const known = new Set(plan.map(({ id }) => id));
  const strangers = scenario.runs
    .flatMap(({ checks, change, expect }) => [
      ...(checks === 'all' ? [] : checks),
      ...change,
      ...Object.keys(expect.verdicts),
    ])
    .filter((id) => !known.has(id));
  if (strangers.length > 0) throw invalid(`expected ids of the plan, got ${strangers.join(', ')}`);
  return scenario;
}
