import { systemClock } from '../../foundation/clock.ts';
import { HarnessError } from '../../foundation/errors.ts';
import type { Plan } from '../../evidence/plan.ts';
import { type Policy, policyFileSchema, policyFor, policyProblems } from '../../gate/policy.ts';
import { readCommentedJson } from './commented-json.ts';

const NEXT =
  'An empty or misspelt policy would let everything pass: fixtures/policies/README.md says what each field is.';

/**
 * Reads a policy file, JSON with comments, and judges what it asks of one environment.
 * @throws {HarnessError} `CONFIG_INVALID` naming every problem at once, each with its line and column.
 */
export function readPolicy(path: string, plan: Plan, environment: string): Policy {
  const file = readCommentedJson(path, { kind: 'a policy', schema: policyFileSchema, next: NEXT });
  const policy = policyFor(file.value, environment);
  if (policy === null) {
    const names = Object.keys(file.value.environments ?? {}).join(', ') || 'none';
    throw new HarnessError(
      'CONFIG_INVALID',
      `expected the policy ${path} to name the environment ${environment}, got ${names} (${file.placeOf(['environments'])})`,
      { next: `Add ${environment} under environments, or use a policy for all of them.` },
    );
  }
  // Each problem begins with the path of what it is about.
  const own = file.value.environments?.[environment] ?? {};
  const problems = policyProblems(policy, plan.checks, systemClock.wallTime()).map((problem) => {
    const path = (/^[\w.[\]]+(?=:)/.exec(problem)?.[0] ?? '').split(/[.[\]]+/).filter((part) => part !== '');
    const [first = ''] = path;
    const at = path.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
    return `${file.placeOf(Object.hasOwn(own, first) ? ['environments', environment, ...at] : at)}: ${problem}`;
  });
  if (problems.length === 0) return policy;
  throw new HarnessError('CONFIG_INVALID', `the policy ${path} is not valid: ${problems.join('; ')}`, {
    next: NEXT,
  });
}
