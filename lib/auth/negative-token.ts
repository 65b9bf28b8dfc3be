import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { Settings } from '../config/settings.ts';
import { SIGNATURE_ALGORITHM } from '../contract/claims.ts';
import type { Recorder } from '../evidence/ledger.ts';
import { type Clock, systemClock } from '../foundation/clock.ts';
import { assertNever, HarnessError } from '../foundation/errors.ts';
import type { SecretIndex } from '../foundation/redaction.ts';
import { createMinter, type Minter } from './minter.ts';
import { NEGATIVE_TOKEN_NAMES, type NegativeTokenName } from './negative-token-name.ts';
import type { DecodedClaims, Token } from './token.ts';
import { recordToken, registerToken } from './token-record.ts';
import type { TokenRequestOptions, TokenSource } from './token-source.ts';
import type { User } from './user.ts';

/** Tokens that must be refused, each for one reason only, and the valid tokens that prove it was this reason. */
export interface NegativeTokens {
  /** The names that can be made with the keys at hand. */
  readonly available: readonly NegativeTokenName[];
  /** Returns a new token of the user with this defect. @throws {HarnessError} `CAPABILITY_MISSING` without the signing key it needs. */
  tokenFor(name: NegativeTokenName, user: User, options: TokenRequestOptions): Promise<Token>;
  /** Returns the valid token that is made in the same way, by the same key: the positive control. */
  controlFor(name: NegativeTokenName, user: User, options: TokenRequestOptions): Promise<Token>;
  /** Returns a valid token of ours that expires at this time, in epoch seconds. @throws {HarnessError} `CAPABILITY_MISSING` */
  expiringFor(user: User, expiresAtSec: number, options: TokenRequestOptions): Promise<Token>;
}

interface NegativeTokenOptions {
  readonly settings: Settings;
  readonly source: TokenSource;
  readonly recorder: Recorder;
  readonly secrets: SecretIndex;
  readonly clock?: Clock;
}

/** Defects that need no key: they are cut from a valid token. */
type DerivedName =
  | 'wrong-signature'
  | 'alg-none'
  | 'none-mixed-case'
  | 'empty-signature'
  | 'empty-key'
  | 'truncated'
  | 'tampered-payload'
  | 'malformed';
type SignedName = Exclude<NegativeTokenName, DerivedName>;

// Well past every leeway and result cache (wire-contract.md §6.3), well inside the 24 h age rule.
const EXPIRED_SINCE_SEC = 600;
const NOT_BEFORE_IN_SEC = 450;
const LATEST_EXPIRY_SEC = 900;
// What is left of the signature is still base64url of whole bytes.
const TRUNCATED_CHARACTERS = 11;

/** Returns the named negative tokens of a target; every one is derived from the user's valid token. */
export function createNegativeTokens(options: NegativeTokenOptions): NegativeTokens {
  const { settings, source, recorder, secrets, clock = systemClock } = options;
  const minter = settings.jwtSecretKey === null ? null : createMinter(settings, clock);
  const signing = (name: NegativeTokenName): Minter => {
    if (minter !== null) return minter;
    throw new HarnessError(
      'CAPABILITY_MISSING',
      `expected the signing key JWT_SECRET_KEY for the negative token '${name}', got none`,
      { details: { capability: 'signing-key', negativeToken: name }, next: 'Set JWT_SECRET_KEY.' },
    );
  };
  const admit = (
    user: User,
    request: TokenRequestOptions,
    made: { readonly value: string; readonly claims: DecodedClaims },
    origin: { readonly source: Token['source']; readonly invalid: NegativeTokenName | null },
  ): Token => {
    const token = registerToken(secrets, user.name, { ...made, ...origin });
    recordToken(request.recorder ?? recorder, token);
    return token;
  };
  return {
    available: NEGATIVE_TOKEN_NAMES.filter((name) => minter !== null || isDerived(name)),
    async tokenFor(name, user, request) {
      if (isDerived(name)) {
        const base = await source.tokenFor(user, request);
        return admit(user, request, derive(name, base), { source: base.source, invalid: name });
      }
      const { sign, nowSec } = signing(name);
      const claims = defectiveClaims(name, (await source.tokenFor(user, request)).claims, {
        nowSec: nowSec(),
        lifetimeSec: settings.tokenTtlSec,
      });
      return admit(user, request, { value: await sign(claims), claims }, { source: 'minted', invalid: name });
    },
    async controlFor(name, user, request) {
      const base = await source.tokenFor(user, request);
      if (isDerived(name) || base.source === 'minted') return base;
      // The server made the valid token: whether our key is the server's must be shown by a token of ours.
      const { sign, nowSec } = signing(name);
      const iat = nowSec();
      const claims = { ...base.claims, iat, exp: iat + settings.tokenTtlSec, jti: randomUUID() };
      return admit(user, request, { value: await sign(claims), claims }, { source: 'minted', invalid: null });
    },
    async expiringFor(user, expiresAtSec, request) {
      const { sign, nowSec } = signing('expired');
      const base = await source.tokenFor(user, request);
      const claims = { ...base.claims, iat: nowSec(), exp: expiresAtSec, jti: randomUUID() };
      return admit(user, request, { value: await sign(claims), claims }, { source: 'minted', invalid: null });
    },
  };
}

/** True for a defect that needs no signing key: it is cut out of a valid token. */
export function isDerived(name: NegativeTokenName): name is DerivedName {
  switch (name) {
    case 'wrong-signature':
    case 'alg-none':
    case 'none-mixed-case':
    case 'empty-signature':
    case 'empty-key':
    case 'truncated':
    case 'tampered-payload':
    case 'malformed':
      return true;
    default:
      return false;
  }
}

/** Correct claims of the same user but for the one defect; `jti` is new, so that no result cache answers. */
function defectiveClaims(
  name: SignedName,
  valid: DecodedClaims,
  { nowSec, lifetimeSec }: { readonly nowSec: number; readonly lifetimeSec: number },
): DecodedClaims {
  const { sub: _subject, ...rest } = valid;
  const { exp: _expiry, ...eternal } = valid;
  const claims = { ...valid, iat: nowSec, exp: nowSec + lifetimeSec, jti: randomUUID() };
  switch (name) {
    case 'expired': {
      const exp = nowSec - EXPIRED_SINCE_SEC;
      return { ...claims, iat: exp - lifetimeSec, exp };
    }
    case 'not-yet-valid':
      return { ...claims, nbf: nowSec + NOT_BEFORE_IN_SEC, exp: nowSec + LATEST_EXPIRY_SEC };
    case 'wrong-issuer':
      return { ...claims, iss: 'stagegate-wrong-issuer' };
    case 'wrong-audience':
      return { ...claims, aud: 'stagegate-wrong-audience' };
    case 'wrong-environment':
      return { ...claims, env: valid['env'] === 'development' ? 'staging' : 'development' };
    case 'wrong-type':
      return { ...claims, token_type: 'refresh', type: 'refresh' };
    case 'missing-subject':
      return { ...rest, iat: claims.iat, exp: claims.exp, jti: claims.jti };
    case 'missing-expiry':
      return { ...eternal, iat: claims.iat, jti: claims.jti };
    case 'placeholder-subject':
      // One of its own per token: a breaker that counts failures per subject must not add those of several checks up.
      return { ...claims, sub: `test-user-${randomBytes(4).toString('hex')}` };
    default:
      return assertNever(name);
  }
}

/** Cuts a defect out of a valid token; claims are what a reader of the token would see. */
function derive(name: DerivedName, base: Token): { readonly value: string; readonly claims: DecodedClaims } {
  const { claims } = base;
  const value = base.reveal();
  const [header = '', payload = '', signature = ''] = value.split('.');
  switch (name) {
    case 'wrong-signature':
      return { value: `${header}.${payload}.${randomBytes(32).toString('base64url')}`, claims };
    case 'alg-none':
      // RFC 7519 §6: an unsecured JWT has an empty signature part.
      return { value: `${encode({ alg: 'none', typ: 'JWT' })}.${payload}.`, claims };
    case 'none-mixed-case':
      // RFC 7515 §4.1.1: `alg` is case-sensitive, but who fences off "none" alone may meet a library that is not.
      return { value: `${encode({ alg: 'nOnE', typ: 'JWT' })}.${payload}.`, claims };
    case 'empty-signature':
      return { value: `${header}.${payload}.`, claims };
    case 'empty-key': {
      // node:crypto, as WebCrypto imports no key without bytes: a verifier whose setting is empty would find this right.
      const signed = `${encode({ alg: SIGNATURE_ALGORITHM, typ: 'JWT' })}.${payload}`;
      return { value: `${signed}.${createHmac('sha256', '').update(signed).digest('base64url')}`, claims };
    }
    case 'truncated':
      return { value: value.slice(0, -TRUNCATED_CHARACTERS), claims };
    case 'tampered-payload': {
      // The subject stays: only what an attacker would add changes, and a breaker counts it with the control.
      const granted: readonly unknown[] = Array.isArray(claims['permissions']) ? claims['permissions'] : [];
      const tampered = { ...claims, permissions: [...granted, 'admin'], jti: randomUUID() };
      return { value: `${header}.${encode(tampered)}.${signature}`, claims: tampered };
    }
    case 'malformed':
      return { value: `not-a-jwt-${randomBytes(16).toString('hex')}`, claims: {} };
    default:
      return assertNever(name);
  }
}

function encode(json: DecodedClaims): string {
  return Buffer.from(JSON.stringify(json), 'utf8').toString('base64url');
}
