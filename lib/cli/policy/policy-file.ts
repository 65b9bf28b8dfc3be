import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../foundation/clock.ts';
import { HarnessError } from '../../foundation/errors.ts';
import type { Plan } from '../../evidence/plan.ts';
import { isMisleadingName, isReservedName, MISLEADING_NAMES } from '../../gate/built-in-policy.ts';
import {
  type Policy,
  policyFileSchema,
  policyFor,
  policyProblems,
  readablePolicy,
} from '../../gate/policy.ts';
import { type Problem, readCommentedJson } from './commented-json.ts';

const NEXT =
  'An empty or misspelt policy would let everything pass: fixtures/policies/README.md says what each field is.';

/**
 * Reads a policy file, JSON with comments, and judges what it asks of one environment.
 * @param where the project whose built-in policies bear the reserved names, the manifest, and the environment of the run
 * @throws {HarnessError} `CONFIG_INVALID` naming every problem at once, each with its line and column.
 */
export function readPolicy(
  path: string,
  where: { readonly root: string; readonly plan: Plan; readonly environment: string },
): Policy {
  const { environment, plan } = where;
  const file = readCommentedJson(path, {
    kind: 'a policy',
    schema: policyFileSchema,
    next: NEXT,
    problems: (raw) => {
      const { policy, own } = readablePolicy(raw, environment);
      return [
        ...nameProblems(path, policy.name, where.root),
        ...policyProblems(policy, plan.checks, systemClock.wallTime()).map((text) =>
          placed(text, environment, own),
        ),
      ];
    },
  });
  const policy = policyFor(file.value, environment);
  if (policy !== null) return policy;
  const names = Object.keys(file.value.environments ?? {}).join(', ') || 'none';
  throw new HarnessError(
    'CONFIG_INVALID',
    `expected the policy ${path} to name the environment ${environment}, got ${names} (${file.placeOf(['environments'])})`,
    { next: `Add ${environment} under environments, or use a policy for all of them.` },
  );
}

/** A built-in policy is known by its place; its name says in a headline what a run was judged by, and nothing else. */
function nameProblems(path: string, name: string, root: string): readonly Problem[] {
  const isBuiltIn = (): boolean =>
    realpathSync(path) === join(realpathSync(root), 'fixtures/policies', `${name}.json`);
  if (isMisleadingName(name)) {
    return [
      {
        path: ['name'],
        text: `name: expected a name that reads neither as a decision nor as a scope, got ${name}: a headline would say GO (policy ${name}). Not these, nor what begins with one of go, no-go, conditional-go, inconclusive, partial, shard: ${MISLEADING_NAMES.join(', ')}`,
      },
    ];
  }
  return isReservedName(name) && !isBuiltIn()
    ? [{ path: ['name'], text: `name: expected a name of its own, got ${name}: that is a built-in policy` }]
    : [];
}

/** Each problem begins with the path of what it is about, which may stand under the environment. */
function placed(text: string, environment: string, own: readonly string[]): Problem {
  const path = (/^[\w.[\]]+(?=:)/.exec(text)?.[0] ?? '').split(/[.[\]]+/).filter((part) => part !== '');
  const [first = ''] = path;
  const at = path.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  return { path: own.includes(first) ? ['environments', environment, ...at] : at, text };
}
