import { z } from 'zod';
import type { Plan } from '../../evidence/plan.ts';
import { type Waiver, waiverSchema } from '../../evidence/waiver.ts';
import { systemClock } from '../../foundation/clock.ts';
import { HarnessError } from '../../foundation/errors.ts';
import { waiverStanding } from '../../gate/waiver-use.ts';
import { readCommentedJson } from './commented-json.ts';

const NEXT = 'A waiver needs check, reason, owner, issue and expires; see fixtures/policies/README.md.';

/** A file of waivers. */
export const waiverFileSchema = z.strictObject({
  $schema: z.string().optional(),
  schema: z.literal(1),
  waivers: z.array(waiverSchema),
});

/**
 * Reads a file of waivers. One that has expired is kept, so that the report says so; one that could never count is refused.
 * @throws {HarnessError} `CONFIG_INVALID` naming every problem at once.
 */
export function readWaivers(path: string, plan: Plan): readonly Waiver[] {
  const { value } = readCommentedJson(path, { kind: 'waivers', schema: waiverFileSchema, next: NEXT });
  const problems = waiverProblems(value.waivers, plan);
  if (problems.length > 0) {
    throw new HarnessError('CONFIG_INVALID', `the waivers ${path} are not valid: ${problems.join('; ')}`, {
      next: NEXT,
    });
  }
  return value.waivers;
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
