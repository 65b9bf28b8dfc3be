import { describe, expect, test } from 'vitest';
import { hookFaults } from './hook-fault.ts';

const full = {
  message: 'expected to append to ledger-w1.ndjson, got ENOSPC: no space left on device, write',
  code: 'DISK_WRITE_FAILED',
  next: 'Free disk space.',
};

describe('hookFaults', () => {
  test('tells a full disk once, whichever file met it', () => {
    const other = { ...full, message: full.message.replace('ledger', 'results') };

    expect(
      hookFaults([
        { where: 'suites/a.spec.ts', error: full },
        { where: 'suites/b.spec.ts', error: other },
      ]).map(({ code, message }) => [code, message]),
    ).toEqual([['DISK_WRITE_FAILED', `${full.message} (first in suites/a.spec.ts)`]]);
  });

  test('tells one cause of many spec files once, by its own code', () => {
    const faults = hookFaults(
      ['a', 'b', 'c', 'd', 'e'].map((name) => ({ where: `suites/${name}.spec.ts`, error: full })),
    );

    expect(faults).toMatchObject([
      {
        code: 'DISK_WRITE_FAILED',
        message: `${full.message} (first in suites/a.spec.ts)`,
        next: 'Free disk space.',
      },
    ]);
  });

  test('keeps causes apart, and calls what is no error of ours a failed hook', () => {
    const faults = hookFaults([
      { where: 'suites/a.spec.ts', error: { message: 'x is not defined', code: 'ERR_X' } },
      { where: 'suites/a.spec.ts > s', error: full },
    ]);

    expect(faults.map(({ code, message, next }) => [code, message, next])).toEqual([
      [
        'HOOK_FAILED',
        'suites/a.spec.ts failed outside every check: x is not defined',
        'Its checks are not-run.',
      ],
      ['DISK_WRITE_FAILED', `${full.message} (first in suites/a.spec.ts > s)`, 'Free disk space.'],
    ]);
    expect(hookFaults([])).toEqual([]);
  });
});
