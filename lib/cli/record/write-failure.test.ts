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
    expect(failures.beside([])).toEqual([
      {
        code: 'DISK_WRITE_FAILED',
        message:
          'report.md, report.html, junit.xml and 1 more: DISK_WRITE_FAILED: expected to write /r/report.md, got ENOSPC: no space left on device, write',
        next: 'Free disk space, or choose a folder on another disk with --out.',
      },
    ]);
  });

  test('tells a disk that stopped the run already once, with what it cost', () => {
    const failures = new WriteFailures();
    failures.add('DISK_WRITE_FAILED', full('/r/report.md'), 'report.md');
    failures.add('REPORTER_FAILED', new Error('no'), 'ctrf.json');
    const earlier = { code: 'DISK_WRITE_FAILED', message: 'no space for results', next: 'Free it.' } as const;

    expect(failures.beside([earlier])).toEqual([
      { ...earlier, message: 'no space for results; it kept report.md from being written too' },
      { code: 'REPORTER_FAILED', message: 'ctrf.json: no', next: null },
    ]);
  });

  test('keeps reporters that fail by themselves apart', () => {
    const failures = new WriteFailures();
    failures.add('REPORTER_FAILED', new Error('no'), 'report.md');
    failures.add('REPORTER_FAILED', new Error('no'), 'report.html');

    expect(failures.beside([]).map(({ message }) => message)).toEqual(['report.md: no', 'report.html: no']);
  });
});
