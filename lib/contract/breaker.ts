import { z } from 'zod';
import { checkBody, type Checked } from './schema-check.ts';

const reportSchema = z.looseObject({
  state: z.string().transform((text) => text.toLowerCase().replaceAll('-', '_')),
  failures: z.number().nullish(),
  threshold: z.number().nullish(),
});

/** What `/ws/auth/circuit-breaker` says of the auth breaker (wire-contract.md §1.10); the state is in lower case. */
export interface BreakerReport {
  readonly state: string;
  readonly failures: number | null;
  readonly threshold: number | null;
}

/** Parses the body of `/ws/auth/circuit-breaker`; the violations are of `API-BODY`. */
export function parseBreakerReport(body: unknown): Checked<BreakerReport> {
  const checked = checkBody(reportSchema, body, 'API-BODY', '/ws/auth/circuit-breaker');
  if (!checked.ok) return checked;
  const { state, failures, threshold } = checked.value;
  return { ok: true, value: { state, failures: failures ?? null, threshold: threshold ?? null } };
}
