import { z } from 'zod';
import { HARNESS_ERROR_CODES } from '../foundation/errors.ts';
import { OBSERVATIONS } from './observation.ts';
import { VERDICTS } from './verdict.ts';

const violationSchema = z.strictObject({
  rule: z.string(),
  expected: z.string(),
  actual: z.string(),
  where: z.string(),
  eventIndex: z.int().optional(),
  evidence: z.array(z.string()).optional(),
});

/** Why a check has no clear verdict: a stable code, what happened, and what to do. */
export const reasonSchema = z.strictObject({
  code: z.enum(HARNESS_ERROR_CODES),
  message: z.string(),
  next: z.string().nullable(),
});
export type Reason = z.infer<typeof reasonSchema>;

/** Whether the declared observations were really made; a pass needs `ok` and at least one reference. */
export const evidenceSummarySchema = z.strictObject({
  ok: z.boolean(),
  observed: z.array(z.strictObject({ observation: z.enum(OBSERVATIONS), floor: z.int(), observed: z.int() })),
  /** Ids of the ledger records of this check, the first and last hundred when there are more. */
  refs: z.array(z.string()),
});
export type EvidenceSummary = z.infer<typeof evidenceSummarySchema>;

/** The outcome of one attempt at a check. */
export const checkResultSchema = z
  .strictObject({
    id: z.string(),
    verdict: z.enum(VERDICTS),
    /** 1 for the first attempt, more with `--repeat`. */
    attempt: z.int().min(1),
    startedAtMs: z.number(),
    durationMs: z.number(),
    violations: z.array(violationSchema),
    warnings: z.array(z.string()),
    reason: reasonSchema.nullable(),
    /** The rung whose failure blocks this check. */
    blockedBy: z.string().nullable(),
    /** Which of several declared outcomes occurred, for checks that spell out an equivalence class. */
    occurred: z.string().nullable(),
    evidence: evidenceSummarySchema,
  })
  .refine(
    (result) => result.verdict !== 'passed' || (result.evidence.ok && result.evidence.refs.length > 0),
    {
      message: 'a passed check needs its evidence',
    },
  )
  .refine((result) => result.verdict !== 'failed' || result.violations.length > 0, {
    message: 'a failed check needs a violation',
  })
  .refine((result) => ['passed', 'failed', 'flaky'].includes(result.verdict) || result.reason !== null, {
    message: 'an unknown verdict needs its reason',
  });
export type CheckResult = z.infer<typeof checkResultSchema>;
