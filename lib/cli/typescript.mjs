import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

// Node 20 cannot run TypeScript. Bundling our own modules (packages stay outside) costs 20 ms a start,
// a loader hook on every import costs ten times that.

const root = join(import.meta.dirname, '../..');

/**
 * Imports a TypeScript module of this project.
 * @param {string} file path from the project's root
 * @returns {Promise<unknown>} its exports
 */
export async function importTypeScript(file) {
  const result = await build({
    entryPoints: [join(root, file)],
    absWorkingDir: root,
    outdir: root,
    entryNames: '[name]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    outExtension: { '.js': '.mjs' },
    sourcemap: 'inline',
    sourcesContent: false,
    write: false,
    logLevel: 'silent',
  });
  const hash = createHash('sha256');
  for (const output of result.outputFiles) hash.update(output.path).update(output.contents);
  const folder = join(root, 'node_modules/.cache/stagegate', hash.digest('hex').slice(0, 16));
  if (!existsSync(folder)) {
    // Written beside and renamed: two starts at once must not read each other's half-written files.
    const temporary = `${folder}.${process.pid}`;
    mkdirSync(temporary, { recursive: true });
    for (const output of result.outputFiles)
      writeFileSync(join(temporary, basename(output.path)), output.contents);
    try {
      renameSync(temporary, folder);
    } catch (error) {
      rmSync(temporary, { recursive: true, force: true });
      if (!existsSync(folder)) throw error;
    }
  }
  process.setSourceMapsEnabled(true);
  return import(pathToFileURL(join(folder, `${basename(file, '.ts')}.mjs`)).href);
}
