import { z } from 'zod';
import { OWNERS } from './verdict.ts';

/** A known red or unknown that somebody answers for until a day: it makes a release conditional, never clean. */
export const waiverSchema = z.strictObject({
  /** The check that may be red or unknown; its severity must be major or minor. */
  check: z.string().min(1),
  reason: z.string().min(10),
  owner: z.enum(OWNERS),
  /** Where the repair is tracked. */
  issue: z.url({ protocol: /^https?$/ }),
  /** Last day on which it holds, UTC. */
  expires: z.iso.date(),
});
export type Waiver = z.infer<typeof waiverSchema>;
