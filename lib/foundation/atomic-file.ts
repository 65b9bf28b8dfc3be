import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { diskFailure } from './disk-failure.ts';
import { makeFolder } from './folder.mjs';

/**
 * Writes a file so that a reader sees the old content or the new one, never a part: temporary file, fsync, rename.
 * @param isDurable whether to wait until the bytes are on the disk. Default true.
 * @throws {HarnessError} `DISK_WRITE_FAILED`; the old file is then still whole.
 */
export function writeFileAtomic(path: string, content: string, mode = 0o644, isDurable = true): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    makeFolder(dirname(path));
    const file = openSync(temporary, 'w', mode);
    try {
      const bytes = Buffer.from(content, 'utf8');
      for (let offset = 0; offset < bytes.length;) offset += writeSync(file, bytes, offset);
      if (isDurable) fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw diskFailure('write', path, cause);
  }
}
