import { z } from 'zod';
import { checkBody, type Checked } from './schema-check.ts';

const verdictSchema = z.looseObject({ valid: z.boolean(), user_id: z.string().nullish() });

/** What `/auth/verify` and `/auth/validate` say of a token (wire-contract.md §1.11). */
export interface TokenVerdict {
  readonly valid: boolean;
  readonly userId: string | null;
}

/** Parses the body of `/auth/verify` or `/auth/validate`; the violations are of `API-BODY`. */
export function parseTokenVerdict(body: unknown): Checked<TokenVerdict> {
  const checked = checkBody(verdictSchema, body, 'API-BODY', '/auth/verify');
  if (!checked.ok) return checked;
  return { ok: true, value: { valid: checked.value.valid, userId: checked.value.user_id ?? null } };
}
