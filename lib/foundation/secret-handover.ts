import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { AppendFile } from './append-file.ts';
import type { HarnessError } from './errors.ts';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Hands the secrets that one process learns to the process that scans the artifacts. They lie in a
 * file encrypted under a key that exists in memory only, so that even a killed worker leaves them usable.
 */
export class SecretHandover {
  readonly #file: AppendFile;
  readonly #key: Buffer;

  /** @param keyBase64 a 32-byte key of this run. @param onFailure see `AppendFile`. */
  constructor(path: string, keyBase64: string, onFailure?: (error: HarnessError) => void) {
    this.#file = new AppendFile(path, onFailure);
    this.#key = Buffer.from(keyBase64, 'base64');
  }

  add(value: string, label: string): void {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce);
    const body = Buffer.concat([cipher.update(JSON.stringify({ value, label }), 'utf8'), cipher.final()]);
    this.#file.append(`${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64')}\n`);
  }
}

/** Reads what `SecretHandover` wrote; a last line that was cut short by a kill is left out. */
export function readHandover(
  path: string,
  keyBase64: string,
): readonly { readonly value: string; readonly label: string }[] {
  if (!existsSync(path)) return [];
  const key = Buffer.from(keyBase64, 'base64');
  const lines = readFileSync(path, 'utf8').split('\n');
  // Only whole lines end in a newline; the piece after the last one is cut or empty.
  return lines.slice(0, -1).map((line) => {
    const bytes = Buffer.from(line, 'base64');
    const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const text = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    const parsed: unknown = JSON.parse(text.toString('utf8'));
    if (typeof parsed !== 'object' || parsed === null || !('value' in parsed) || !('label' in parsed)) {
      throw new TypeError('expected a secret with its label');
    }
    return { value: String(parsed.value), label: String(parsed.label) };
  });
}
