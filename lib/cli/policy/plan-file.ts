import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeError, HarnessError } from '../../foundation/errors.ts';
import { type Plan, planSchema } from '../../evidence/plan.ts';

export const PLAN_FILE = 'suites/plan.json';

/** Reads the manifest of the suites. @throws {HarnessError} `PLAN_DRIFT` when it is missing or broken. */
export function readPlan(root: string): Plan {
  try {
    const parsed = planSchema.safeParse(JSON.parse(readFileSync(join(root, PLAN_FILE), 'utf8')));
    if (parsed.success) return parsed.data;
    throw new TypeError(
      parsed.error.issues
        .slice(0, 3)
        .map(({ path, message }) => `${path.join('.')}: ${message}`)
        .join('; '),
    );
  } catch (cause) {
    throw new HarnessError('PLAN_DRIFT', `expected the manifest ${PLAN_FILE}, got ${describeError(cause)}`, {
      cause,
      next: 'Run `npm run plan`.',
    });
  }
}

/** Spec files on disk, as `suites/<suite>/<name>.spec.ts`. */
export function specFiles(root: string): readonly string[] {
  return readdirSync(join(root, 'suites'), { recursive: true, encoding: 'utf8' })
    .map((name) => `suites/${name.replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith('.spec.ts'))
    .sort();
}

/** Spec files that the manifest does not know, and files of the manifest that are gone. */
export function planDrift(root: string, plan: Plan): readonly string[] {
  const planned = new Set(plan.checks.map(({ file }) => file));
  const present = new Set(specFiles(root));
  return [
    ...[...present].filter((file) => !planned.has(file)).map((file) => `${file} is not in ${PLAN_FILE}`),
    ...[...planned].filter((file) => !present.has(file)).map((file) => `${file} is gone`),
  ];
}
