import { existsSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { makeFolder } from './folder.mjs';
import { TemporaryFolder } from './testing/temporary-folder.ts';

describe('makeFolder', () => {
  test('makes every level, and leaves what is there', () => {
    using folder = new TemporaryFolder();
    makeFolder(folder.file('a', 'b', 'c'));
    writeFileSync(folder.file('a', 'b', 'c', 'kept'), '');
    makeFolder(folder.file('a', 'b', 'c'));

    expect(statSync(folder.file('a', 'b', 'c')).isDirectory()).toBe(true);
    expect(existsSync(folder.file('a', 'b', 'c', 'kept'))).toBe(true);
  });

  test.each(['in-the-way', 'in-the-way/deeper'])('throws at a file in the place of a folder: %s', (path) => {
    using folder = new TemporaryFolder();
    writeFileSync(folder.file('in-the-way'), '');

    expect(() => makeFolder(folder.file(path))).toThrow(/EEXIST|ENOTDIR/);
  });

  test.each(['/proc/nope', '/proc/nope/deeper', '/sys/nope'])(
    'ends at %s, where nothing can be made',
    (path) => {
      expect(() => makeFolder(path)).toThrow(/ENOENT|EPERM|EACCES|EROFS/);
    },
  );
});
