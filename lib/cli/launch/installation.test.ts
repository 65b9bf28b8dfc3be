import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TemporaryFolder } from '../../foundation/testing/temporary-folder.ts';
import { runStagegate } from '../testing/project-copy.ts';
import { installationProblem } from './installation.mjs';

const root = join(import.meta.dirname, '../../..');

describe('the installation', () => {
  test.each(['18.20.4', '20.11.1', '20.18.9'])('is refused on Node %s', (version) => {
    expect(installationProblem(root, version)).toEqual({
      message: `expected Node 20.19.0 or newer, got ${version}`,
      next: 'Use the version that .nvmrc names.',
    });
  });

  test.each(['20.19.0', '20.20.2', '22.0.0', process.versions.node])('is enough on Node %s', (version) => {
    expect(installationProblem(root, version)).toBeNull();
  });

  test.each([
    ['run', 64, 'Run npm ci'],
    ['run --bogus', 64, 'unknown flag --bogus'],
    ['run --help', 0, 'Usage: npm test'],
  ])('without packages answers %s with %i and what to do', async (words, exit, said) => {
    using folder = new TemporaryFolder();
    for (const path of ['package.json', 'lib', 'fixtures/reference-backend']) {
      cpSync(join(root, path), folder.file(path), { recursive: true });
    }
    const { code, output } = await runStagegate(folder.path, words.split(' '));

    expect(output).toContain(said);
    expect(output).not.toMatch(/^\s+at /m);
    expect(code).toBe(exit);
  });
});
