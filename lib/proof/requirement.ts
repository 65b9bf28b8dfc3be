import { z } from 'zod';

/**
 * Kinds of a row: check, metric, value or threshold, behaviour of the backend, element of the report, not observable
 * on the wire, claim that must not be copied (requirements.md Part A), feature (Part B), original suite (Part E).
 */
const ROW_KINDS = ['C', 'M', 'V', 'B', 'R', 'N', '!', 'feature', 'suite'] as const;
export type RowKind = (typeof ROW_KINDS)[number];

/** One row of the requirements, in our own words. Checks that answer for it name its id in `covers`. */
export const requirementRowSchema = z.strictObject({
  id: z.string().regex(/^(S[0-4]|R|E)-[A-Z0-9]+$/),
  kinds: z.array(z.enum(ROW_KINDS)).min(1).readonly(),
  title: z.string().min(5),
  /** What answers for it beside checks, in words, and the file that holds it. */
  held: z.array(z.tuple([z.string().min(3), z.string().min(3)]).readonly()).readonly(),
  /** Why no observation on the wire shows it, or shows all of it. */
  beyond: z.string().min(20).nullable(),
  /** What is done instead of making the claim. */
  instead: z.string().min(20).nullable(),
});
export type RequirementRow = Readonly<z.infer<typeof requirementRowSchema>>;
