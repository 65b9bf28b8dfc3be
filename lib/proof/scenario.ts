import { z } from 'zod';
import { DECISIONS } from '../gate/decision.ts';
import { OWNERS, VERDICTS } from '../evidence/verdict.ts';

const axisState = z.enum(['yes', 'no', 'unknown', 'not stated']);

/** What must not be printed, and a sentence that it would catch: a pattern that catches nothing forbids nothing. */
const forbiddenSchema = z
  .strictObject({
    /** Regular expression, whatever the case of letters. */
    pattern: z.string().min(1),
    example: z.string().min(1),
  })
  .refine(({ pattern, example }) => new RegExp(pattern, 'iu').test(example), {
    error: 'expected the pattern to catch its example',
  });

/** What a run must lead to. */
const outcomeSchema = z.strictObject({
  decision: z.enum(DECISIONS),
  exitCode: z.int().min(0).max(255),
  axes: z.strictObject({ change: axisState.optional(), outcome: axisState.optional() }).optional(),
  /** The cause that must be ranked first; null where the run is green, or where the story names none. */
  cause: z
    .strictObject({
      top: z.string().min(1),
      owner: z.enum(OWNERS).optional(),
      /** What it must say about itself, such as the services that failed. */
      says: z.array(z.string().min(1)).optional(),
      /** What hangs under it as its consequence. */
      secondary: z.array(z.string().min(1)).optional(),
    })
    .nullable(),
  /** Checks whose verdict the story is about. */
  verdicts: z.record(z.string(), z.enum(VERDICTS)),
  /** Texts of the console or of a report. */
  appears: z.array(z.string().min(1)),
  /** What neither the console nor any file may say. */
  absent: z.array(forbiddenSchema),
});
export type ScenarioOutcome = z.infer<typeof outcomeSchema>;

const runSchema = z.strictObject({
  title: z.string().min(1),
  /** Faults of the reference backend, as given to `--fault`. */
  faults: z.array(z.string().regex(/^[a-z0-9-]+(=.+)?$/)),
  /** Settings of the run, as the process environment would hold them. */
  settings: z.record(z.string(), z.string()).default({}),
  /** Fields of the policy that differ from the default one. */
  policy: z.record(z.string(), z.unknown()).default({}),
  /** Checks that say whether the change did what it claims (`--change`). */
  change: z.array(z.string()).default([]),
  /** `all`, or the checks of the story: blockers, rungs and what they stand on run beside them. */
  checks: z.union([z.literal('all'), z.array(z.string())]),
  /** A GO that the environment had before, for the section about going back. */
  lastGo: z.strictObject({ runId: z.string(), revision: z.string(), decidedAt: z.iso.datetime() }).optional(),
  expect: outcomeSchema,
});
export type ScenarioRun = z.infer<typeof runSchema>;

/** A story that was once told wrong, as data: what is set up, and what must come of it (faults.md §2). */
export const scenarioSchema = z.strictObject({
  $schema: z.string().optional(),
  schema: z.literal(1),
  name: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  /** What was reported at the time, and what was true. */
  story: z.string().min(20),
  runs: z.array(runSchema).min(1),
});
export type Scenario = z.infer<typeof scenarioSchema>;
