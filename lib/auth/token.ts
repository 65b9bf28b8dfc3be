import { inspect } from 'node:util';
import { fingerprint } from '../foundation/secret.ts';
import type { NegativeTokenName } from './negative-token-name.ts';

/** Claims of a token as decoded JSON (RFC 7519 §4); a token that is not a JWT has none. */
export type DecodedClaims = Readonly<Record<string, unknown>>;

export interface TokenFacts {
  readonly value: string;
  readonly claims: DecodedClaims;
  readonly source: 'exchange' | 'minted';
  /** Name of the deliberate defect. Default null: a valid token. */
  readonly invalid?: NegativeTokenName | null;
}

/** A bearer token without a string form: only `reveal()` gives the text that travels. */
export class Token {
  readonly #value: string;
  /** The `sub` claim; null when the token has none. */
  readonly subject: string | null;
  readonly claims: DecodedClaims;
  readonly issuedAtSec: number | null;
  readonly expiresAtSec: number | null;
  /** First 8 hex digits of the SHA-256 of the token. */
  readonly fingerprint: string;
  readonly source: 'exchange' | 'minted';
  readonly invalid: NegativeTokenName | null;

  constructor(facts: TokenFacts) {
    this.#value = facts.value;
    // A copy that is frozen has a hidden class of its own in V8, as large as the token.
    this.claims = Object.isFrozen(facts.claims) ? facts.claims : Object.freeze({ ...facts.claims });
    const { sub, iat, exp } = this.claims;
    this.subject = typeof sub === 'string' ? sub : null;
    this.issuedAtSec = typeof iat === 'number' ? iat : null;
    this.expiresAtSec = typeof exp === 'number' ? exp : null;
    this.fingerprint = fingerprint(facts.value);
    this.source = facts.source;
    this.invalid = facts.invalid ?? null;
  }

  /** Returns the token, for the one place that puts it on the wire. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return `[token sub=${this.subject ?? 'none'} exp=${this.expiresAtSec ?? 'none'} sha256:${this.fingerprint}]`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
