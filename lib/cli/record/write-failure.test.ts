import { describe, expect, test } from 'vitest';
import { diskFailure } from '../../foundation/disk-failure.ts';
import { WriteFailures } from './write-failure.ts';

const full = (path: string) =>
  diskFailure(
    'write',
    path,
    Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }),
  );

describe('WriteFailures', () => {
  test('tells a full disk once, whatever it stopped, and as often as it is tried', () => {
    const failures = new WriteFailures();
    const names = ['report.md', 'report.html', 'junit.xml', 'ctrf.json', 'report.md'];
    const added = names.map((name) => failures.add('DISK_WRITE_FAILED', full(`/r/${name}`), name));

    expect(added).toEqual([true, true, true, true, false]);
    expect(failures.faults).toEqual([
      {
        code: 'DISK_WRITE_FAILED',
        message:
          'report.md, report.html, junit.xml and 1 more: DISK_WRITE_FAILED: expected to write /r/report.md, got ENOSPC: no space left on device, write',
        next: 'Free disk space, or choose a folder on another disk with --out.',
      },
    ]);
  });

  test('keeps reporters that fail by themselves apart', () => {
    const failures = new WriteFailures();
    failures.add('REPORTER_FAILED', new Error('no'), 'report.md');
    failures.add('REPORTER_FAILED', new Error('no'), 'report.html');

    expect(failures.faults.map(({ message }) => message)).toEqual(['report.md: no', 'report.html: no']);
  });
});
