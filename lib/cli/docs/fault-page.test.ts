import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FAULT_MATRIX } from '../../../fixtures/fault-matrix.ts';
import { backendFaults } from '../target/fault-catalogue.ts';
import { failureRows, faultPage, faultsOf } from './fault-page.ts';

const root = join(import.meta.dirname, '../../..');
const catalogue = backendFaults(root);

describe('fault page', () => {
  test('is what docs/FAULTS.md says; `npm run docs` writes it', () => {
    expect(readFileSync(join(root, 'docs/FAULTS.md'), 'utf8')).toBe(faultPage(catalogue, FAULT_MATRIX));
  });

  test('names each fault in one row, with where it comes from', () => {
    const page = faultPage(catalogue, FAULT_MATRIX);
    const before = page.slice(0, page.indexOf('## Rows of the failure table'));

    for (const { name, origin } of catalogue) {
      const rows = before.split('\n').filter((line) => line.startsWith(`| \`${name}\` `));
      expect(rows, name).toHaveLength(1);
      expect(rows[0]).toContain(origin);
    }
  });

  test('has a fault, or a reason for none, for every row of the failure table', () => {
    expect(failureRows().filter((row) => faultsOf(row, catalogue) === '')).toEqual([]);
  });

  test('says what each form of an expectation leads to', () => {
    const page = faultPage(catalogue, FAULT_MATRIX);

    expect(page).toMatch(/^\| `stale-revision` .*\| PRE-08 HLT-REVISION-STALE, .*→ STALE_DEPLOYMENT +\|$/m);
    expect(page).toMatch(/^\| `handshake-hangs` .*\| PRE-10 unknown/m);
    expect(page).toMatch(/^\| `health-slow` .*warning at PRE-03; `=31000`: PRE-03 TIM-HEALTH/m);
    expect(page).toMatch(/^\| `mixed-revisions` .*PRE-08 unknown, "several revisions answered"/m);
    expect(page).toMatch(/^\| `dns-missing` .*ALLOWED_HOSTS=.*PRE-01 HLT-DNS/m);
  });
});
