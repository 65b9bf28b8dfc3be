import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { z } from 'zod';

const PROJECT = join(import.meta.dirname, '../..');
const SETTINGS_OF_TOOLS = [
  ...['package.json', 'tsconfig.json', 'vitest.config.ts', 'knip.json'],
  ...['.oxlintrc.json', '.prettierrc.json', '.prettierignore', '.dependency-cruiser.cjs'],
  ...['.ci/suite-rules.mjs', '.ci/layers.mjs', '.ci/check.mjs', '.ci/run'],
];
const LONGEST_TOOL_MS = 45_000;
const SOURCES = ['lib', 'suites', 'fixtures', 'bench'];
const manifestSchema = z.looseObject({ scripts: z.record(z.string(), z.string()) });

export interface ToolRun {
  readonly code: number | null;
  readonly output: string;
}

/** A folder outside the project with the settings of its tools, in which a defect can be planted. */
export class PlantedTree implements Disposable {
  readonly root = mkdtempSync(join(tmpdir(), 'stagegate-planted-'));

  /** @param files text by path. @param sources `whole` copies the project's own sources beside them. */
  constructor(files: Readonly<Record<string, string>>, sources: 'none' | 'whole' = 'none') {
    const copied = sources === 'whole' ? [...SETTINGS_OF_TOOLS, ...SOURCES] : SETTINGS_OF_TOOLS;
    for (const path of copied) cpSync(join(PROJECT, path), join(this.root, path), { recursive: true });
    symlinkSync(join(PROJECT, 'node_modules'), join(this.root, 'node_modules'));
    for (const [path, text] of Object.entries(files)) this.plant(path, text);
  }

  plant(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  /** Runs a script of package.json here, exactly as `npm run check` does; `words` go behind it. */
  async script(name: string, words = ''): Promise<ToolRun> {
    const command = manifestSchema.parse(JSON.parse(this.read('package.json'))).scripts[name];
    if (command === undefined) throw new TypeError(`expected a script of package.json, got ${name}`);
    return this.command(`${command} ${words}`);
  }

  /** Runs a shell command here. @param path folders that are searched for programs first. */
  async command(command: string, path: readonly string[] = []): Promise<ToolRun> {
    const folders = [...path, join(PROJECT, 'node_modules/.bin'), process.env['PATH'] ?? ''];
    return new Promise((resolve, reject) => {
      const child = spawn(command, {
        cwd: this.root,
        shell: true,
        // Nothing of the caller: no CI variable, no flag of the test runner that runs this.
        env: { PATH: folders.join(delimiter), HOME: this.root, NO_COLOR: '1' },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      });
      // The whole group: a tool that hangs must not outlive the test that started it.
      const limit = setTimeout(() => {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      }, LONGEST_TOOL_MS);
      let output = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => (output += text));
      }
      child.once('error', reject);
      child.once('close', (code) => {
        clearTimeout(limit);
        resolve({ code, output });
      });
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
