/** Deliberate defects of a token; each breaks exactly one validation rule of wire-contract.md §6.3. */
export const NEGATIVE_TOKEN_NAMES = [
  'expired',
  'not-yet-valid',
  'wrong-signature',
  'alg-none',
  'wrong-issuer',
  'wrong-audience',
  'wrong-environment',
  'wrong-type',
  'missing-subject',
  'placeholder-subject',
  'truncated',
  'tampered-payload',
  'malformed',
  'none-mixed-case',
  'empty-signature',
  'empty-key',
  'missing-expiry',
] as const;
export type NegativeTokenName = (typeof NEGATIVE_TOKEN_NAMES)[number];
