import { CompactSign } from 'jose';
import { randomUUID, webcrypto } from 'node:crypto';
import type { Settings } from '../config/settings.ts';
import { assertMintingAllowed } from '../config/production-guard.ts';
import { SIGNATURE_ALGORITHM } from '../contract/claims.ts';
import { type Clock, systemClock } from '../foundation/clock.ts';
import { HarnessError } from '../foundation/errors.ts';
import type { DecodedClaims } from './token.ts';
import type { User } from './user.ts';

/** Signs claims with the key of the settings; it exists only for targets that the production guard allows. */
export interface Minter {
  /** Seconds since the epoch, whole, as `iat` wants them. */
  readonly nowSec: () => number;
  /** Claims of a correct access token that lives `tokenTtlSec` (wire-contract.md §6.5). */
  readonly accessClaims: (user: User) => DecodedClaims;
  /** Signs any claims, correct or not, with HS256. */
  readonly sign: (claims: DecodedClaims) => Promise<string>;
}

type MintingSettings = Pick<
  Settings,
  | 'environment'
  | 'marker'
  | 'allowedHosts'
  | 'backendUrl'
  | 'authServiceUrl'
  | 'websocketUrl'
  | 'jwtSecretKey'
  | 'jwtIssuer'
  | 'jwtAudience'
  | 'tokenTtlSec'
>;

/**
 * Returns a minter for the target of the settings; the key is imported once.
 * @throws {HarnessError} `PRODUCTION_GUARD` when a host or the environment is not allowed, `CAPABILITY_MISSING` without a key.
 */
export function createMinter(settings: MintingSettings, clock: Clock = systemClock): Minter {
  for (const url of [settings.authServiceUrl, settings.backendUrl, settings.websocketUrl]) {
    assertMintingAllowed(settings, new URL(url).hostname);
  }
  const secret = settings.jwtSecretKey;
  if (secret === null) {
    throw new HarnessError('CAPABILITY_MISSING', 'expected the signing key JWT_SECRET_KEY, got none', {
      details: { setting: 'JWT_SECRET_KEY' },
      next: 'Set JWT_SECRET_KEY, or use the exchange.',
    });
  }
  // Raw bytes are importable whatever they are, so this promise never rejects.
  const key = webcrypto.subtle.importKey(
    'raw',
    Buffer.from(secret.reveal(), 'utf8'),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  );
  const nowSec = (): number => Math.floor(clock.wallTime().getTime() / 1_000);
  return {
    nowSec,
    accessClaims(user) {
      const iat = nowSec();
      return Object.freeze({
        sub: user.subject,
        email: user.email,
        permissions: user.permissions,
        iat,
        exp: iat + settings.tokenTtlSec,
        iss: settings.jwtIssuer,
        aud: settings.jwtAudience,
        jti: randomUUID(),
        token_type: 'access',
        type: 'access',
        env: settings.marker,
      });
    },
    sign: async (claims) =>
      // A JWT is a JWS over its claims (RFC 7519 §3); this skips SignJWT's deep copy, a fifth of its time.
      new CompactSign(Buffer.from(JSON.stringify(claims), 'utf8'))
        .setProtectedHeader({ alg: SIGNATURE_ALGORITHM, typ: 'JWT' })
        .sign(await key),
  };
}
