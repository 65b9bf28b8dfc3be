import type { Evidence } from '../evidence/evidence.ts';

/** Tells what was wrong with a token on purpose, by the fingerprint under which it was recorded. */
export class TokenKinds {
  readonly #kinds = new Map<string, string>();

  constructor(evidence: readonly Evidence[]) {
    for (const { body } of evidence) {
      if (body.kind === 'token') this.#kinds.set(body.fingerprint, body.invalid ?? 'valid');
    }
  }

  /** `none` without a token, `valid`, or the name of the deliberate defect. */
  kindOf(fingerprint: string | null): string {
    if (fingerprint === null) return 'none';
    return this.#kinds.get(fingerprint) ?? 'valid';
  }
}
