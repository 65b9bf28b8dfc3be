import { z } from 'zod';

/** `iss` of every token (wire-contract.md §6.1). */
export const ISSUER = 'netra-auth-service';

/** `aud` by the kind of token (wire-contract.md §6.1). */
export const AUDIENCES = {
  platform: 'netra-platform',
  services: 'netra-services',
  admin: 'netra-admin',
} as const;

/** Values of `token_type` and `type` (wire-contract.md §6.1). */
const TOKEN_TYPES = ['access', 'refresh', 'service'] as const;

/** Signature algorithm of every token that we mint (RFC 7518 §3.2). */
export const SIGNATURE_ALGORITHM = 'HS256';

/** Claims of a correct access token (wire-contract.md §6.5). */
export const ACCESS_TOKEN_CLAIMS = [
  'sub',
  'email',
  'permissions',
  'iat',
  'exp',
  'iss',
  'aud',
  'jti',
  'token_type',
  'type',
  'env',
] as const;

/** Claims without which the auth service refuses a token (wire-contract.md §6.3, rules 3 to 5). */
export const REQUIRED_CLAIMS = ['sub', 'iat', 'exp', 'iss', 'jti', 'token_type'] as const;

/** Lifetimes (design.md §7, wire-contract.md §6.1, §6.3 rule 8). */
export const TOKEN_LIFETIME = {
  /** Of a token that we mint, unless told otherwise. */
  defaultSec: 300,
  /** Longest that we mint. */
  maxSec: 900,
  /** `expires_in` of the auth service. */
  accessSec: 900,
  /** Older tokens are refused whatever their `exp`. */
  maxAgeSec: 86_400,
} as const;

/** Permissions of a token that asks for none; no single list is canonical (wire-contract.md §6.5). */
export const DEFAULT_PERMISSIONS: readonly string[] = ['read', 'write'];

const text = z.string().min(1);
/** Seconds since the epoch; fractions are legal (RFC 7519 §2). */
const numericDate = z.number();

/** A decoded claims set of an access token; unknown claims are kept. */
export const claimsSchema = z.looseObject({
  sub: text,
  email: z.string().optional(),
  permissions: z.array(z.string()).optional(),
  iat: numericDate,
  exp: numericDate,
  nbf: numericDate.optional(),
  iss: text,
  aud: z.union([text, z.array(text)]).optional(),
  jti: text,
  token_type: z.enum(TOKEN_TYPES),
  type: z.enum(TOKEN_TYPES).optional(),
  env: z.string().optional(),
});
