import { z } from 'zod';

/** What the newest whole session of `stagegate prove` in a reports folder showed: what this harness would have caught. */
export const proofScoreSchema = z.strictObject({
  id: z.string(),
  endedAt: z.string(),
  /** The whole fault matrix, or a smallest set that turns every check red once. */
  scope: z.enum(['all', 'smallest']),
  /** Faults that led to what they must, of those that were set out to be proven. */
  credited: z.int().min(0),
  declared: z.int().min(0),
  /** Checks of the plan of this run that no credited fault turned red. */
  unproven: z.array(z.string()),
});
export type ProofScore = z.infer<typeof proofScoreSchema>;
