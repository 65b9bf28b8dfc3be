import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { AppendFile } from './append-file.ts';
import { TemporaryFolder } from './testing/temporary-folder.ts';

describe('AppendFile', () => {
  test('adds to what is there, for its owner only', () => {
    using folder = new TemporaryFolder();
    const path = folder.file('work', 'ledger.ndjson');
    const first = new AppendFile(path);
    first.append('one\n');
    first.close();
    const second = new AppendFile(path);
    second.append('zwö\n');
    second.close();
    second.close();

    expect(readFileSync(path, 'utf8')).toBe('one\nzwö\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('says that the disk is full, with its path and the next step', () => {
    const failures: unknown[] = [];
    const file = new AppendFile('/dev/full', (error) => failures.push(error));

    expect(() => file.append('a line\n')).toThrow(
      expect.objectContaining({
        code: 'DISK_WRITE_FAILED',
        message: expect.stringContaining('/dev/full'),
        next: expect.stringContaining('--out'),
      }),
    );
    expect(failures).toMatchObject([{ code: 'DISK_WRITE_FAILED' }]);
    file.close();
  });

  test('says that it cannot be created where a file stands in the way', () => {
    using folder = new TemporaryFolder();
    writeFileSync(folder.file('work'), '');

    expect(() => new AppendFile(folder.file('work', 'ledger.ndjson'))).toThrow(
      expect.objectContaining({ code: 'DISK_WRITE_FAILED' }),
    );
  });
});
