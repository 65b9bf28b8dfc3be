import type { Token } from '../auth/token.ts';
import { ACCESS_TOKEN_CLAIMS, TOKEN_LIFETIME } from '../contract/claims.ts';
import type { CheckContext } from './check-context.ts';

/** Permissions are echoed by the exchange and not put into its tokens (wire-contract.md §1.11). */
const EXCHANGED_CLAIMS = ACCESS_TOKEN_CLAIMS.filter((name) => name !== 'permissions');

/** Requires the claims of an exchanged access token (wire-contract.md §6.1, RFC 7519 §4.1). */
export function expectClaims(t: CheckContext, token: Token): void {
  const { claims } = token;
  const expectClaim = (name: string, holds: boolean, expected: string, actual: string): void =>
    t.expectThat(holds, 'AUTH-TOKEN-CLAIMS', { where: `claim ${name}`, expected, actual });
  for (const name of EXCHANGED_CLAIMS) expectClaim(name, claims[name] !== undefined, 'present', 'absent');
  const { iss, aud, env, token_type: type } = claims;
  const { jwtIssuer, jwtAudience, marker } = t.settings;
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  expectClaim('iss', iss === jwtIssuer, jwtIssuer, String(iss));
  expectClaim('aud', audiences.includes(jwtAudience), jwtAudience, String(aud));
  expectClaim('env', env === marker, marker, String(env));
  expectClaim('token_type', type === 'access', 'access', String(type));
  const lifetimeSec = (token.expiresAtSec ?? Number.NaN) - (token.issuedAtSec ?? Number.NaN);
  expectClaim(
    'exp',
    lifetimeSec > 0 && lifetimeSec <= TOKEN_LIFETIME.accessSec,
    `at most ${TOKEN_LIFETIME.accessSec} s after iat`,
    `${lifetimeSec} s after iat`,
  );
}
