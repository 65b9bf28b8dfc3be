import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Plan } from '../evidence/plan.ts';
import { type Waiver, waiverSchema } from '../evidence/waiver.ts';
import { systemClock } from '../foundation/clock.ts';
import { describeError, HarnessError } from '../foundation/errors.ts';
import { waiverStanding } from '../gate/waiver-use.ts';

const waiverFileSchema = z.strictObject({
  $schema: z.string().optional(),
  schema: z.literal(1),
  waivers: z.array(waiverSchema),
});

/**
 * Reads a file of waivers. One that has expired is kept, so that the report says so; one that could never count is refused.
 * @throws {HarnessError} `CONFIG_INVALID` naming every problem at once.
 */
export function readWaivers(path: string, plan: Plan): readonly Waiver[] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new HarnessError(
      'CONFIG_INVALID',
      `expected waivers as JSON in ${path}, got ${describeError(cause)}`,
      { cause, next: 'See fixtures/policies/README.md.' },
    );
  }
  const parsed = waiverFileSchema.safeParse(value);
  const problems = parsed.success
    ? waiverProblems(parsed.data.waivers, plan)
    : [z.prettifyError(parsed.error)];
  if (!parsed.success || problems.length > 0) {
    throw new HarnessError('CONFIG_INVALID', `the waivers ${path} are not valid: ${problems.join('; ')}`, {
      next: 'A waiver needs check, reason, owner, issue and expires; see fixtures/policies/README.md.',
    });
  }
  return parsed.data.waivers;
}

function waiverProblems(waivers: readonly Waiver[], plan: Plan): readonly string[] {
  const at = systemClock.wallTime().toISOString();
  const ids = waivers.map(({ check }) => check);
  return [
    ...waivers.flatMap((waiver) => {
      const check = plan.checks.find(({ id }) => id === waiver.check) ?? null;
      const standing = waiverStanding(waiver, at, check);
      return standing === null || standing.state === 'expired' ? [] : [standing.text];
    }),
    ...(new Set(ids).size === ids.length ? [] : ['expected one waiver per check']),
  ];
}
