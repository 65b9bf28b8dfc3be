import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TemporaryFolder } from '../../foundation/testing/temporary-folder.ts';
import { runStagegate } from '../testing/project-copy.ts';
import { installationProblem } from './installation.mjs';

const root = join(import.meta.dirname, '../../..');

function projectWithoutPackages(): TemporaryFolder {
  const folder = new TemporaryFolder();
  for (const path of ['package.json', 'lib', 'fixtures/reference-backend']) {
    cpSync(join(root, path), folder.file(path), { recursive: true });
  }
  return folder;
}

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
    using folder = projectWithoutPackages();
    const { code, output } = await runStagegate(folder.path, words.split(' '));

    expect(output).toContain(said);
    expect(output).not.toMatch(/^\s+at /m);
    expect(code).toBe(exit);
  });

  test.each([
    [['run'], 'reports', 'elsewhere'],
    [['run', '--out', 'elsewhere'], 'elsewhere', 'reports'],
  ])(
    'without packages takes an older decision from where %j would have written',
    async (words, asked, other) => {
      using folder = projectWithoutPackages();
      for (const reports of [asked, other]) {
        mkdirSync(folder.file(reports, 'yesterday'), { recursive: true });
        symlinkSync('yesterday', folder.file(reports, 'latest'));
      }
      const { code } = await runStagegate(folder.path, words);

      expect(code).toBe(64);
      expect(readdirSync(folder.file(asked))).toEqual(['yesterday']);
      expect(readdirSync(folder.file(other))).toEqual(['latest', 'yesterday']);
    },
  );

  test.each(['lib/cli/launch/command-line.mjs', 'lib/cli/launch/typescript.mjs', 'lib/cli/main.ts'])(
    'without %s fails as the harness, never as a NO-GO, and leaves no older decision',
    async (missing) => {
      using folder = projectWithoutPackages();
      symlinkSync(join(root, 'node_modules'), folder.file('node_modules'));
      mkdirSync(folder.file('reports', 'yesterday'), { recursive: true });
      symlinkSync('yesterday', folder.file('reports', 'latest'));
      rmSync(folder.file(missing));
      const { code, output } = await runStagegate(folder.path, ['run']);

      expect(output).toContain('the harness itself failed; the target was not judged');
      expect(code).toBe(70);
      expect(readdirSync(folder.file('reports'))).toEqual(['yesterday']);
    },
  );
});
