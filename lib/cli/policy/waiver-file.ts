import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import type { Plan } from '../../evidence/plan.ts';
import { type Waiver, waiverSchema } from '../../evidence/waiver.ts';
import { systemClock } from '../../foundation/clock.ts';
import { waiverStanding } from '../../gate/waiver-use.ts';
import { type Problem, readCommentedJson } from './commented-json.ts';

const NEXT = 'A waiver needs check, reason, owner, issue and expires; see fixtures/policies/README.md.';

/** A file of waivers. */
export const waiverFileSchema = z.strictObject({
  $schema: z.string().optional(),
  schema: z.literal(1),
  waivers: z.array(waiverSchema),
});

/**
 * Reads a file of waivers. One that has expired is kept, so that the report says so; one that could never count is refused.
 * @throws {HarnessError} `CONFIG_INVALID` naming every problem at once, each with its line and column.
 */
export function readWaivers(path: string, plan: Plan): readonly Waiver[] {
  const file = readCommentedJson(path, {
    kind: 'waivers',
    schema: waiverFileSchema,
    next: NEXT,
    problems: (raw) => waiverProblems(raw, plan),
  });
  return file.value.waivers;
}

/** Looks at each waiver that can be read, whether the others can or not. */
function waiverProblems(raw: unknown, plan: Plan): readonly Problem[] {
  const list = z.looseObject({ waivers: z.array(z.unknown()) }).safeParse(raw).data?.waivers ?? [];
  const at = systemClock.wallTime().toISOString();
  const known = plan.checks.map(({ id }) => id);
  const seen = new Map<string, number>();
  return list.flatMap((item, index): readonly Problem[] => {
    const check = z.looseObject({ check: z.string().min(1) }).safeParse(item).data?.check ?? null;
    if (check === null) return [];
    const before = seen.get(check);
    seen.set(check, before ?? index);
    const name = `waivers.${index}`;
    const path = ['waivers', index];
    const waiver = waiverSchema.safeParse(item).data ?? null;
    const planned = plan.checks.find(({ id }) => id === check) ?? null;
    const standing = waiver === null ? null : waiverStanding(waiver, at, planned);
    const texts = [
      ...(planned === null
        ? [
            `${name}.check: expected a check of the plan, got ${check}; the nearest is ${nearest(check, known)}`,
          ]
        : []),
      ...(standing === null || standing.state === 'expired' || standing.state === 'unknown-check'
        ? []
        : [`${name}: expected a waiver that can count, got one that cannot: ${standing.text}`]),
      ...(before === undefined
        ? []
        : [`${name}.check: expected one waiver per check, got ${check} again, as in waivers.${before}`]),
    ];
    return texts.map((text) => ({ path, text }));
  });
}

function nearest(wanted: string, known: readonly string[]): string {
  return [...known].sort((a, b) => distance(wanted, a) - distance(wanted, b))[0] ?? '-';
}
