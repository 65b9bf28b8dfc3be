import type { z } from 'zod';
import { isJsonObject, kindOf } from './json-object.ts';
import type { RuleId } from './rule.ts';
import { violation, type Violation } from './violation.ts';

/** A body in its published shape, or what is wrong with it. */
export type Checked<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly violations: readonly Violation[] };

/** Checks a parsed JSON body; one violation of `rule` per wrong field, which never repeats the value itself. */
export function checkBody<Value>(
  schema: z.ZodType<Value>,
  body: unknown,
  rule: RuleId,
  where: string,
): Checked<Value> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return { ok: true, value: parsed.data };
  const violations = parsed.error.issues.map((issue) =>
    violation(rule, {
      expected: expectation(issue),
      actual: kindOf(valueAt(body, issue.path)),
      where: issue.path.length === 0 ? where : `${where} ${issue.path.join('.')}`,
    }),
  );
  return { ok: false, violations };
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected;
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `at least ${issue.minimum}`;
    default:
      return 'the published shape';
  }
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  let value = body;
  for (const key of path) {
    if (Array.isArray(value) && typeof key === 'number') value = value[key];
    else if (isJsonObject(value) && typeof key === 'string') value = value[key];
    else return undefined;
  }
  return value;
}
