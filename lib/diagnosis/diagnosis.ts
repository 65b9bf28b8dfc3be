import { z } from 'zod';
import { OWNERS } from '../evidence/verdict.ts';
import { HYPOTHESES } from './hypothesis.ts';

const rankedSchema = z
  .strictObject({
    hypothesis: z.enum(HYPOTHESES),
    /** `cause`: accounts for reds. `secondary`: brought about by a cause. `candidate`: possible. `excluded`: contradicted. */
    role: z.enum(['cause', 'secondary', 'candidate', 'excluded']),
    /** The cause that a secondary one hangs under. */
    under: z.enum(HYPOTHESES).nullable(),
    /** In [0, 1]. */
    score: z.number(),
    title: z.string(),
    for: z.array(z.string()),
    against: z.array(z.string()),
    findings: z.array(
      z.strictObject({
        text: z.string(),
        speaks: z.enum(['for', 'against', 'not asked']),
        evidence: z.array(z.string()),
      }),
    ),
    /** The observation that separates it from the runner-up. */
    next: z.string(),
    owner: z.enum(OWNERS),
    remedy: z.string(),
    /** For the log search of the target; null when nothing cited was a request. */
    logQuery: z.string().nullable(),
    /** Checks that hang under it; each hangs under one. */
    checks: z.array(z.string()),
  })
  // A cause without anything that shows it is a rumour.
  .refine(({ role, for: shows }) => role !== 'cause' || shows.length > 0, {
    error: 'expected a cause to cite at least one record',
  });
export type RankedHypothesis = z.infer<typeof rankedSchema>;

/** What `diagnosis.json` holds; a pure function of the stored run. */
export const diagnosisSchema = z.strictObject({
  schema: z.literal(1),
  runId: z.string(),
  /** Last link of the evidence that it was made from. */
  evidenceHash: z.string(),
  /** `one cause` is the only confident answer. `interrupted`: nothing was red when the run was. */
  state: z.enum(['nothing red', 'interrupted', 'one cause', 'several causes', 'undecided', 'unknown']),
  headline: z.string(),
  /** What went wrong, by rule or reason and the codes seen with it: what runs are compared by. */
  symptoms: z.array(z.string()),
  hypotheses: z.array(rankedSchema),
  unattributed: z.array(z.string()),
  probes: z.strictObject({ state: z.enum(['not needed', 'made', 'skipped']), text: z.string() }),
  /** Earlier runs in which the same symptoms were given another cause. */
  contradicts: z.array(
    z.strictObject({ runId: z.string(), hypothesis: z.string(), symptoms: z.array(z.string()) }),
  ),
});
export type Diagnosis = z.infer<typeof diagnosisSchema>;
