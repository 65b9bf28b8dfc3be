import type { Recorder } from '../evidence/ledger.ts';
import type { SecretIndex } from '../foundation/redaction.ts';
import { Token, type TokenFacts } from './token.ts';

/** Makes a token known to the secret index before anything else can hold it, and returns it. */
export function registerToken(secrets: SecretIndex, owner: string, facts: TokenFacts): Token {
  secrets.register(facts.value, `token of ${owner}`);
  return new Token(facts);
}

/** Records which token was used, and returns the evidence id; the record holds its fingerprint, never its text. */
export function recordToken(recorder: Recorder, token: Token): string {
  return recorder.record({
    kind: 'token',
    subject: token.subject,
    fingerprint: token.fingerprint,
    source: token.source,
    invalid: token.invalid,
    issuedAtSec: token.issuedAtSec,
    expiresAtSec: token.expiresAtSec,
  });
}
