import { closeSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { diskFailure } from './disk-failure.ts';
import type { HarnessError } from './errors.ts';
import { makeFolder } from './folder.mjs';

/** A file that only grows. Each append is one write call, so a process that dies leaves whole lines. */
export class AppendFile {
  readonly path: string;
  readonly #file: number;
  readonly #onFailure: (error: HarnessError) => void;
  #open = true;

  /**
   * @param onFailure called with what an append that could not be made throws. Default: nobody.
   * @throws {HarnessError} `DISK_WRITE_FAILED` when the file cannot be created.
   */
  constructor(path: string, onFailure: (error: HarnessError) => void = () => {}) {
    this.path = path;
    this.#onFailure = onFailure;
    try {
      makeFolder(dirname(path));
      this.#file = openSync(path, 'a', 0o600);
    } catch (cause) {
      throw diskFailure('append to', this.path, cause);
    }
  }

  /** Appends text, or bytes that are text already. @throws {HarnessError} `DISK_WRITE_FAILED` when not every byte could be written. */
  append(text: string | Uint8Array): void {
    if (!this.#open) throw diskFailure('append to', this.path, new Error('the file is closed'));
    try {
      const bytes = typeof text === 'string' ? Buffer.from(text, 'utf8') : text;
      for (let offset = 0; offset < bytes.length;) offset += writeSync(this.#file, bytes, offset);
    } catch (cause) {
      const failure = diskFailure('append to', this.path, cause);
      this.#onFailure(failure);
      throw failure;
    }
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.#file);
  }
}
