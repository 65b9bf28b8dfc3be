import { z } from 'zod';
import { HARNESS_ERROR_CODES } from '../foundation/errors.ts';
import { checkResultSchema } from './check-result.ts';
import { plannedCheckSchema } from './plan.ts';

/**
 * What a worker tells the runner, one JSON line each, written as it happens: a worker that dies
 * leaves what it knew. The runner trusts these lines and the plan, never the test runner's totals.
 */
export const resultLineSchema = z.discriminatedUnion('line', [
  z.strictObject({ line: z.literal('declared'), check: plannedCheckSchema }),
  z.strictObject({ line: z.literal('started'), id: z.string(), attempt: z.int() }),
  z.strictObject({ line: z.literal('ended'), result: checkResultSchema }),
  z.strictObject({
    line: z.literal('fault'),
    code: z.enum(HARNESS_ERROR_CODES),
    message: z.string(),
    next: z.string().nullable(),
  }),
  z.strictObject({
    line: z.literal('observer'),
    eventLoopLagP99Ms: z.number(),
    eventLoopLagMaxMs: z.number(),
    samples: z.int(),
  }),
]);
export type ResultLine = z.infer<typeof resultLineSchema>;
