import { z } from 'zod';
import { OWNERS } from './verdict.ts';

/** A known red or unknown that somebody answers for until a day: it makes a release conditional, never clean. */
export const waiverSchema = z.strictObject({
  check: z.string().min(1).describe('The check that may be red or unknown; it must be major or minor.'),
  reason: z.string().min(10),
  owner: z.enum(OWNERS),
  issue: z.url({ protocol: /^https?$/ }).describe('Where the repair is tracked.'),
  expires: z.iso.date().describe('Last day on which it holds, UTC; 30 days at most.'),
});
export type Waiver = z.infer<typeof waiverSchema>;
