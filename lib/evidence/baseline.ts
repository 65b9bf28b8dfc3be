import { z } from 'zod';
import { VERDICTS } from './verdict.ts';

/** How a check stands to the baseline; `same` ones are counted, not listed. */
export const CHECK_STANDINGS = ['new-fail', 'fixed', 'still-fail', 'lost', 'new', 'removed'] as const;
export type CheckStanding = (typeof CHECK_STANDINGS)[number];

/**
 * How a metric stands to its baseline. Only `worse` is a regression; `below floor` is a real difference that is too small to be
 * judged; the last three say that nothing can be said.
 */
export const METRIC_STANDINGS = [
  'same',
  'better',
  'worse',
  'below floor',
  'STUCK',
  'too few',
  'no baseline',
] as const;
export type MetricStanding = (typeof METRIC_STANDINGS)[number];

const checkChangeSchema = z.strictObject({
  id: z.string(),
  standing: z.enum(CHECK_STANDINGS),
  before: z.enum(VERDICTS).nullable(),
  after: z.enum(VERDICTS).nullable(),
});
export type CheckChange = z.infer<typeof checkChangeSchema>;

const metricComparisonSchema = z.strictObject({
  check: z.string(),
  name: z.string(),
  unit: z.string(),
  standing: z.enum(METRIC_STANDINGS),
  /** Values before and after. */
  n: z.tuple([z.int(), z.int()]),
  medians: z.tuple([z.number().nullable(), z.number().nullable()]),
  /** Hodges-Lehmann shift in the unit, Cliff's delta, and chance of it; null when nothing was compared. */
  shift: z.number().nullable(),
  delta: z.number().nullable(),
  p: z.number().nullable(),
  /** Shift in the unit that it must exceed to be judged; absent in an older record and where nothing was compared. */
  floor: z.number().optional(),
  /** The baseline's values in ascending order, or evenly taken ones of many; absent in an older record. */
  before: z.array(z.number()).optional(),
});
export type MetricComparison = z.infer<typeof metricComparisonSchema>;

/** What changed since an earlier run; part of the record, so that a replay reads no other folder (design.md §13.5). */
export const baselineSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('compared'),
    runId: z.string(),
    decision: z.string(),
    revision: z.string().nullable(),
    decidedAt: z.string(),
    /** What keeps the two runs from being compared metric by metric; empty when nothing does. */
    differences: z.array(z.string()),
    checks: z.array(checkChangeSchema),
    metrics: z.array(metricComparisonSchema),
  }),
  z.strictObject({ kind: z.literal('none'), asked: z.string(), why: z.string() }),
]);
export type Baseline = z.infer<typeof baselineSchema>;

/** The newest GO of the environment before this run: where to roll back to. */
export const lastGoSchema = z.strictObject({
  runId: z.string(),
  revision: z.string().nullable(),
  decidedAt: z.string(),
});
export type LastGo = z.infer<typeof lastGoSchema>;

/** A check that both passed and failed on one revision, with the share of failures and its 95 % interval. */
export const flakyCheckSchema = z.strictObject({
  id: z.string(),
  failures: z.int(),
  n: z.int(),
  low: z.number(),
  high: z.number(),
});
export type FlakyCheck = z.infer<typeof flakyCheckSchema>;
