import type { TokenSourceKind } from '../config/credential-reading.ts';
import type { Settings } from '../config/settings.ts';
import type { Recorder } from '../evidence/ledger.ts';
import { type Clock, systemClock } from '../foundation/clock.ts';
import type { SecretIndex } from '../foundation/redaction.ts';
import { BypassExchange, type ExchangeRequest } from './bypass-exchange.ts';
import { createMinter } from './minter.ts';
import type { Token } from './token.ts';
import { TokenCache } from './token-cache.ts';
import { recordToken, registerToken } from './token-record.ts';
import type { User } from './user.ts';

export interface TokenRequestOptions {
  readonly signal: AbortSignal;
  /** Default: the recorder of the source. */
  readonly recorder?: Recorder;
}

/** The one place where valid tokens come from. */
export interface TokenSource {
  readonly kind: TokenSourceKind;
  /** Returns a token of the user: cached per subject, one flight at a time, renewed at 80 % of its lifetime. */
  tokenFor(user: User, options: TokenRequestOptions): Promise<Token>;
  /** Returns a new token for each user, in their order. */
  mintBatch(users: readonly User[], options: TokenRequestOptions): Promise<readonly Token[]>;
}

interface TokenSourceOptions {
  readonly settings: Settings;
  readonly recorder: Recorder;
  readonly secrets: SecretIndex;
  readonly clock?: Clock;
  /** How the exchange is reached; required when the token source is `exchange`. */
  readonly exchange?: ExchangeRequest;
}

/** Signatures computed at once: enough that waking the crypto threads is shared by many, few enough to notice an abort. */
const MINTED_AT_ONCE = 256;
/** Exchanges in flight at once: a real auth service is shared with others. */
const EXCHANGED_AT_ONCE = 4;

/**
 * Returns the token source that the settings name; there is no fallback from one to the other.
 * @throws {HarnessError} `PRODUCTION_GUARD` before any token is made, `CAPABILITY_MISSING` without the key of the source.
 * @throws {TypeError} when the exchange is chosen and no way to reach it is given.
 */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { settings, secrets, recorder, clock = systemClock } = options;
  for (const key of [settings.bypassKey, settings.jwtSecretKey]) {
    if (key !== null) secrets.register(key.reveal(), key.label);
  }
  const create = tokenMaker(options, clock);
  const cache = new TokenCache(clock, create);
  const atOnce = settings.tokenSource === 'exchange' ? EXCHANGED_AT_ONCE : MINTED_AT_ONCE;
  return {
    kind: settings.tokenSource,
    async tokenFor(user, request) {
      const token = await cache.get(user, request.signal);
      recordToken(request.recorder ?? recorder, token);
      return token;
    },
    async mintBatch(users, request) {
      const tokens: Token[] = [];
      for (let from = 0; from < users.length; from += atOnce) {
        request.signal.throwIfAborted();
        const group = users.slice(from, from + atOnce);
        const made = await Promise.all(
          group.map(async (user) => {
            const token = await create(user, request.signal);
            cache.put(user, token);
            return token;
          }),
        );
        for (const token of made) recordToken(request.recorder ?? recorder, token);
        tokens.push(...made);
      }
      return tokens;
    },
  };
}

type TokenMaker = (user: User, signal: AbortSignal) => Promise<Token>;

function tokenMaker(options: TokenSourceOptions, clock: Clock): TokenMaker {
  const { settings, secrets } = options;
  if (settings.tokenSource === 'exchange') {
    if (options.exchange === undefined) throw new TypeError('expected a way to reach the exchange, got none');
    const exchange = new BypassExchange(settings, secrets, options.exchange);
    return async (user, signal) => exchange.exchange(user, signal);
  }
  const minter = createMinter(settings, clock);
  return async (user) => {
    const claims = minter.accessClaims(user);
    return registerToken(secrets, user.name, { value: await minter.sign(claims), claims, source: 'minted' });
  };
}
