import { hash } from 'node:crypto';
import { inspect } from 'node:util';

/** Returns the first 8 hex digits of the SHA-256 of a value: enough to tell two secrets apart, useless to guess one. */
export function fingerprint(value: string): string {
  return hash('sha256', value).slice(0, 8);
}

/** A value without a string form: templates, JSON, `inspect` and error messages show only its label and fingerprint. */
export class Secret {
  readonly #value: string;
  readonly label: string;
  readonly fingerprint: string;

  constructor(label: string, value: string) {
    this.label = label;
    this.#value = value;
    this.fingerprint = fingerprint(value);
  }

  /** Returns the value, for the one place that puts it on the wire or into a key. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return `[secret ${this.label} sha256:${this.fingerprint}]`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
