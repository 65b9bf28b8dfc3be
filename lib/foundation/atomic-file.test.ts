import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { writeFileAtomic } from './atomic-file.ts';
import { TemporaryFolder } from './testing/temporary-folder.ts';

describe('writeFileAtomic', () => {
  test('makes the folders, writes the bytes and the mode, and leaves nothing else', () => {
    using folder = new TemporaryFolder();
    const path = folder.file('a', 'b', 'run.json');

    writeFileAtomic(path, 'näive 🚀\n', 0o600);

    expect(readFileSync(path, 'utf8')).toBe('näive 🚀\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder.file('a', 'b'))).toEqual(['run.json']);
  });

  test('keeps the old content on a full disk and removes its temporary file', () => {
    using folder = new TemporaryFolder();
    const path = folder.file('decision.json');
    writeFileAtomic(path, 'INCONCLUSIVE');
    // The temporary file lies on a device that is always full.
    symlinkSync('/dev/full', `${path}.${process.pid}.tmp`);

    expect(() => writeFileAtomic(path, 'GO')).toThrow(
      expect.objectContaining({ code: 'DISK_WRITE_FAILED', message: expect.stringContaining('ENOSPC') }),
    );
    expect(readFileSync(path, 'utf8')).toBe('INCONCLUSIVE');
    expect(readdirSync(folder.path)).toEqual(['decision.json']);
  });

  test('leaves no temporary file when the name is taken by a folder', () => {
    using folder = new TemporaryFolder();
    mkdirSync(folder.file('run.json'));

    expect(() => writeFileAtomic(folder.file('run.json'), 'x')).toThrow(
      expect.objectContaining({ code: 'DISK_WRITE_FAILED', details: { path: folder.file('run.json') } }),
    );
    expect(readdirSync(folder.path)).toEqual(['run.json']);
  });
});
