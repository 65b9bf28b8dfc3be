import { decodeJwt } from 'jose';
import { z } from 'zod';
import type { Settings } from '../config/settings.ts';
import { assertMintingAllowed } from '../config/production-guard.ts';
import { assertNever, describeError, HarnessError } from '../foundation/errors.ts';
import { printable } from '../foundation/printable.ts';
import { randomBase64Url } from '../foundation/random.ts';
import type { SecretIndex } from '../foundation/redaction.ts';
import { Secret } from '../foundation/secret.ts';
import { explainRefusal } from './exchange-refusal.ts';
import type { Token } from './token.ts';
import { registerToken } from './token-record.ts';
import type { User } from './user.ts';

/** How the exchange is reached: one POST, never redirected; rejects only when no answer came. */
export type ExchangeRequest = (
  request: {
    readonly method: 'POST';
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly json: unknown;
  },
  options: { readonly signal: AbortSignal },
) => Promise<{ readonly status: number; readonly body: unknown }>;

type ExchangeSettings = Pick<
  Settings,
  'environment' | 'marker' | 'allowedHosts' | 'authServiceUrl' | 'bypassKey'
>;

/** Which key an attempt sends. */
export type ExchangeKey = 'right' | 'wrong' | 'none';

export type ExchangeAnswer =
  | { readonly kind: 'issued'; readonly token: Token; readonly refreshToken: Secret | null }
  | { readonly kind: 'refused'; readonly status: number; readonly detail: string | null };

// A token travels in headers, so anything but visible ASCII is none.
const credential = z.string().regex(/^[\x21-\x7e]{1,8192}$/);
const answerSchema = z.looseObject({ access_token: credential, refresh_token: credential.optional() });
const detailSchema = z.looseObject({ detail: z.string() });
const claimsSchema = z.looseObject({ sub: z.string().min(1), exp: z.number() });

/** Gets tokens from the auth service with the bypass key (wire-contract.md §1.11); it never falls back to minting. */
export class BypassExchange {
  readonly #settings: ExchangeSettings;
  readonly #secrets: SecretIndex;
  readonly #request: ExchangeRequest;
  readonly #url: string;
  /** The server assigns the subject: whose it is tells whether two users became one. */
  readonly #owners = new Map<string, string>();

  /** @throws {HarnessError} `PRODUCTION_GUARD` when no key may be sent there, `CAPABILITY_MISSING` without a key. */
  constructor(settings: ExchangeSettings, secrets: SecretIndex, request: ExchangeRequest) {
    assertMintingAllowed(settings, new URL(settings.authServiceUrl).hostname);
    if (settings.bypassKey === null) {
      throw new HarnessError(
        'CAPABILITY_MISSING',
        'expected the bypass key E2E_OAUTH_SIMULATION_KEY, got none',
        {
          details: { setting: 'E2E_OAUTH_SIMULATION_KEY' },
          next: 'Set E2E_OAUTH_SIMULATION_KEY, or TOKEN_SOURCE=minted with JWT_SECRET_KEY.',
        },
      );
    }
    this.#settings = settings;
    this.#secrets = secrets;
    this.#request = request;
    this.#url = `${settings.authServiceUrl}/auth/e2e/test-auth`;
  }

  /**
   * Exchanges the bypass key for a token of the user; its subject is the one that the server assigns.
   * @throws {HarnessError} `TOKEN_REFUSED` with status and reason for every answer that is no token, `HTTP_FAILED` without one.
   */
  async exchange(user: User, signal: AbortSignal): Promise<Token> {
    const answer = await this.attempt(user, 'right', signal);
    if (answer.kind === 'refused') throw this.#refused(answer.status, answer.detail);
    this.#assertOwner(answer.token, user);
    return answer.token;
  }

  /**
   * Attempts an exchange with the configured key, a random one, or none, and returns whatever was answered.
   * @throws {HarnessError} `HTTP_FAILED` without an answer, `TOKEN_REFUSED` for a token that is no JWT.
   */
  async attempt(user: User, key: ExchangeKey, signal: AbortSignal): Promise<ExchangeAnswer> {
    const { status, body } = await this.#send(user, key, signal);
    const answer = answerSchema.safeParse(body);
    if (status !== 200 || !answer.success) {
      const detail = detailSchema.safeParse(body).data?.detail ?? null;
      return {
        kind: 'refused',
        status,
        detail: detail === null ? null : printable(this.#secrets.redact(detail), 200),
      };
    }
    const { access_token: value, refresh_token: refreshToken } = answer.data;
    if (refreshToken !== undefined) this.#secrets.register(refreshToken, `refresh token of ${user.name}`);
    this.#secrets.register(value, `token of ${user.name}`);
    const facts = { value, claims: readClaims(value), source: 'exchange' } as const;
    return {
      kind: 'issued',
      token: registerToken(this.#secrets, user.name, facts),
      refreshToken: refreshToken === undefined ? null : new Secret('refresh token', refreshToken),
    };
  }

  async #send(user: User, key: ExchangeKey, signal: AbortSignal): ReturnType<ExchangeRequest> {
    const { name, email, permissions } = user;
    try {
      return await this.#request(
        {
          method: 'POST',
          url: this.#url,
          headers: this.#keyHeader(key),
          json: { email, name, permissions },
        },
        { signal },
      );
    } catch (cause) {
      if (cause instanceof HarnessError || signal.aborted) throw cause;
      const text = this.#secrets.redact(describeError(cause));
      // The cause itself may quote the request, so only its redacted description goes on.
      throw new HarnessError('HTTP_FAILED', `expected an answer of ${this.#url}, got ${text}`, {
        details: { url: this.#url },
        next: 'Check AUTH_SERVICE_URL and whether the auth service is up.',
      });
    }
  }

  #keyHeader(key: ExchangeKey): Readonly<Record<string, string>> {
    switch (key) {
      case 'right':
        return { 'X-E2E-Bypass-Key': this.#settings.bypassKey?.reveal() ?? '' };
      case 'wrong':
        return { 'X-E2E-Bypass-Key': randomBase64Url(32) };
      case 'none':
        return {};
      default:
        return assertNever(key);
    }
  }

  #refused(status: number, detail: string | null): HarnessError {
    const { reason, meaning, next } = explainRefusal(status, detail);
    const said = detail === null ? '' : ` "${detail}"`;
    return new HarnessError(
      'TOKEN_REFUSED',
      `expected HTTP 200 with an access_token from ${this.#url}, got HTTP ${status}${said}: ${meaning}`,
      { details: { status, reason, detail, url: this.#url }, next },
    );
  }

  #assertOwner(token: Token, user: User): void {
    const subject = token.subject ?? '';
    const owner = this.#owners.get(subject) ?? user.subject;
    this.#owners.set(subject, owner);
    if (owner === user.subject) return;
    throw new HarnessError(
      'TOKEN_REFUSED',
      `expected distinct subjects for distinct emails from ${this.#url}, got '${printable(subject, 80)}' for a second user`,
      {
        details: { status: 200, reason: 'shared-identity', subject, users: [owner, user.subject] },
        next: 'Isolation cannot be judged with one identity: have the auth team derive the user id from the email.',
      },
    );
  }
}

/** The subject of the access token in a body of the auth service; null when there is none that can be read. */
export function issuedSubject(body: unknown): string | null {
  const answer = answerSchema.safeParse(body);
  if (!answer.success) return null;
  try {
    return readClaims(answer.data.access_token).sub;
  } catch {
    // HarnessError TOKEN_REFUSED: not a JWT.
    return null;
  }
}

function readClaims(value: string): z.infer<typeof claimsSchema> {
  try {
    return claimsSchema.parse(decodeJwt(value));
  } catch {
    // jose and zod quote the token or its parts in their messages, so neither error goes on.
    throw new HarnessError(
      'TOKEN_REFUSED',
      'expected an access_token that is a JWT with sub and exp, got another text',
      {
        details: { status: 200, reason: 'unreadable-token' },
        next: 'Ask the auth team what /auth/e2e/test-auth returns.',
      },
    );
  }
}
