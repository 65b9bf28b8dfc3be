import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { systemClock } from '../foundation/clock.ts';
import { describeError, HarnessError } from '../foundation/errors.ts';
import type { Plan } from '../evidence/plan.ts';
import { type Policy, policyProblems, policySchema } from '../gate/policy.ts';

/** Reads and judges a policy file. @throws {HarnessError} `CONFIG_INVALID` naming every problem at once. */
export function readPolicy(path: string, plan: Plan): Policy {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new HarnessError(
      'CONFIG_INVALID',
      `expected a policy as JSON in ${path}, got ${describeError(cause)}`,
      {
        cause,
        next: 'See fixtures/policies/default.json.',
      },
    );
  }
  const parsed = policySchema.safeParse(value);
  const problems = parsed.success
    ? policyProblems(parsed.data, plan.checks, systemClock.wallTime())
    : [z.prettifyError(parsed.error)];
  if (!parsed.success || problems.length > 0) {
    throw new HarnessError('CONFIG_INVALID', `the policy ${path} is not valid: ${problems.join('; ')}`, {
      next: 'An empty or misspelt policy would let everything pass; see fixtures/policies/default.json.',
    });
  }
  return parsed.data;
}
