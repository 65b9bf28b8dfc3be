import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { describeError, HarnessError } from './errors.ts';

/** A file that only grows. Each append is one write call, so a process that dies leaves whole lines. */
export class AppendFile {
  readonly path: string;
  readonly #file: number;
  #open = true;

  /** @throws {HarnessError} `DISK_WRITE_FAILED` when the file cannot be created. */
  constructor(path: string) {
    this.path = path;
    try {
      mkdirSync(dirname(path), { recursive: true });
      this.#file = openSync(path, 'a', 0o600);
    } catch (cause) {
      throw this.#failure(cause);
    }
  }

  /** Appends text, or bytes that are text already. @throws {HarnessError} `DISK_WRITE_FAILED` when not every byte could be written. */
  append(text: string | Uint8Array): void {
    if (!this.#open) throw this.#failure(new Error('the file is closed'));
    try {
      const bytes = typeof text === 'string' ? Buffer.from(text, 'utf8') : text;
      for (let offset = 0; offset < bytes.length;) offset += writeSync(this.#file, bytes, offset);
    } catch (cause) {
      throw this.#failure(cause);
    }
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.#file);
  }

  #failure(cause: unknown): HarnessError {
    return new HarnessError(
      'DISK_WRITE_FAILED',
      `expected to append to ${this.path}, got ${describeError(cause)}`,
      {
        cause,
        details: { path: this.path },
        next: 'Free disk space or choose another folder with --out.',
      },
    );
  }
}
