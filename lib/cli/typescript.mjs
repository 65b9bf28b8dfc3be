import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

// Node 20 cannot run TypeScript. Bundling our own modules (packages stay outside) costs 20 ms a start,
// a loader hook on every import costs ten times that.

const root = join(import.meta.dirname, '../..');

/**
 * Bundles TypeScript modules of this project into JavaScript that Node imports as it stands.
 * @param {readonly string[]} files paths from the project's root
 * @returns {Promise<ReadonlyMap<string, string>>} the file that holds each of them
 */
export async function bundleTypeScript(files) {
  const result = await build({
    entryPoints: files.map((file) => ({ in: join(root, file), out: file.replace(/\.ts$/, '') })),
    absWorkingDir: root,
    outdir: root,
    chunkNames: 'chunk-[hash]',
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
    for (const output of result.outputFiles) {
      const path = join(temporary, relative(root, output.path));
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, output.contents);
    }
    try {
      renameSync(temporary, folder);
    } catch (error) {
      rmSync(temporary, { recursive: true, force: true });
      if (!existsSync(folder)) throw error;
    }
  }
  return new Map(files.map((file) => [file, join(folder, file.replace(/\.ts$/, '.mjs'))]));
}

/**
 * Imports a TypeScript module of this project.
 * @param {string} file path from the project's root
 * @returns {Promise<any>} its exports
 */
export async function importTypeScript(file) {
  const bundled = (await bundleTypeScript([file])).get(file);
  if (bundled === undefined) throw new TypeError(`expected a bundle of ${file}`);
  process.setSourceMapsEnabled(true);
  return import(pathToFileURL(bundled).href);
}
