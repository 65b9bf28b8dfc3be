import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

// Node 20 cannot run TypeScript. Bundles are built once per state of the sources, with the libraries
// inside: reading one file instead of some hundred takes a third off the start of every process.

const root = join(import.meta.dirname, '../../..');

/** Libraries that stay outside: the runner must be the one that its workers import, the others find files beside themselves. */
const EXTERNAL = [
  'vitest',
  'vitest/*',
  'vite',
  'esbuild',
  'node-sqlite3-wasm',
  'bufferutil',
  'utf-8-validate',
];

/**
 * Of a namespace that is imported as a whole, unused parts are left out; of the object `z`, which is the same namespace,
 * none are: every process would read 600 KB of error texts in fifty languages.
 * @type {import('esbuild').Plugin}
 */
const zodAsNamespace = {
  name: 'zod-as-namespace',
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(
        /^import \{ z \} from 'zod';$/m,
        "import * as z from 'zod';",
      ),
      loader: 'ts',
    }));
  },
};

/** CommonJS libraries inside an ES module still call `require` for built-in modules. */
const REQUIRE =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/** Name of the file that holds modules together; esbuild calls what it is given as text like this. */
const TOGETHER = 'stdin.mjs';

/**
 * Bundles TypeScript modules of this project into JavaScript that Node imports as it stands.
 * @param {readonly string[]} files paths from the project's root
 * @param {{ readonly together?: boolean }} [options] together: one file exports what all of them do, and no two may export one
 *   name. Apart, what some of many modules share lies in a hundred small files, which take twice as long to import.
 * @returns {Promise<ReadonlyMap<string, string>>} the file that holds each of them
 */
export async function bundleTypeScript(files, { together = false } = {}) {
  const named = together ? [TOGETHER, ...files] : files;
  let folder = bundleFolder(named);
  if (!existsSync(folder)) {
    commonHash = null;
    folder = bundleFolder(named);
    if (!existsSync(folder)) await buildInto(folder, files, together ? togetherOf(files) : FOR_NODE);
  }
  return new Map(
    files.map((file) => [file, join(folder, together ? TOGETHER : file.replace(/\.tsx?$/, '.mjs'))]),
  );
}

/** The report page: its script and style for the browser, and what is rendered here. */
const PAGE = ['lib/reporting/page/main.tsx', 'lib/reporting/page/page.css'];
const PAGE_BODY = 'lib/reporting/page/page-body.tsx';

/**
 * Bundles the program of the report page, and imports the part of it that renders without a browser.
 * @returns {Promise<import('../../reporting/page/page-data.ts').PageProgram>}
 */
export async function bundlePage() {
  const folder = bundleFolder(PAGE);
  if (!existsSync(folder)) await buildInto(folder, PAGE, FOR_BROWSER);
  const [script, style] = ['main.js', 'page.css'].map((name) => readFileSync(join(folder, name), 'utf8'));
  if (script === undefined || style === undefined) throw new TypeError('expected a script and a style');
  const { body } = /** @type {Pick<import('../../reporting/page/page-data.ts').PageProgram, 'body'>} */ (
    await importTypeScript(PAGE_BODY)
  );
  return { script: script.trim(), style: style.trim(), body };
}

/**
 * Imports TypeScript modules of this project, several as one.
 * @param {readonly [string, ...string[]]} files paths from the project's root
 * @returns {Promise<any>} what they export
 */
export async function importTypeScript(...files) {
  const [file] = files;
  const bundled = (await bundleTypeScript(files, { together: files.length > 1 })).get(file);
  if (bundled === undefined) throw new TypeError(`expected a bundle of ${file}`);

  return import(pathToFileURL(bundled).href);
}

/** @param {readonly string[]} files */
function bundleFolder(files) {
  return join(root, 'node_modules/.cache/stagegate', sourceHash(files));
}

/**
 * Hash of everything a bundle is made from: contents, not times, so that a stale bundle cannot be run.
 * @param {readonly string[]} files
 */
function sourceHash(files) {
  const hash = (commonHash ??= hashCommon()).copy().update(files.join('\n'));
  for (const folder of new Set(files.map((file) => join(file, '..')))) {
    // TOGETHER stands in no folder.
    if (folder === '.') continue;
    if (!COMMON_FOLDERS.some((common) => folder === common || folder.startsWith(`${common}${sep}`))) {
      addFolder(hash, folder);
    }
  }
  return hash.digest('hex').slice(0, 24);
}

/** Sources that every bundle is made from. */
const COMMON_FOLDERS = ['lib', join('fixtures', 'reference-backend')];

/** @type {import('node:crypto').Hash | null} read once per process, and again before anything is built */
let commonHash = null;

/** @returns {import('node:crypto').Hash} */
function hashCommon() {
  const hash = createHash('sha256');
  for (const name of ['package-lock.json', 'package.json', 'lib/cli/launch/typescript.mjs']) {
    if (existsSync(join(root, name))) hash.update(readFileSync(join(root, name)));
  }
  for (const folder of COMMON_FOLDERS) addFolder(hash, folder);
  return hash;
}

/**
 * @param {import('node:crypto').Hash} hash
 * @param {string} folder
 */
function addFolder(hash, folder) {
  for (const name of filesBelow(join(root, folder)).sort()) {
    if (/\.(tsx?|mjs|css)$/.test(name) && !name.endsWith('.test.ts')) {
      hash.update(name).update(readFileSync(join(root, folder, name)));
    }
  }
}

/**
 * Paths of the files of a folder and those below it. The recursion of `readdirSync` itself takes ten times as long (20 ms on
 * Node 20), in every process that starts.
 * @param {string} folder
 * @returns {string[]}
 */
function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? filesBelow(join(folder, entry.name)).map((name) => join(entry.name, name))
      : [entry.name],
  );
}

/** @type {import('esbuild').BuildOptions} */
const FOR_NODE = {
  outbase: root,
  chunkNames: 'chunk-[hash]',
  splitting: true,
  external: EXTERNAL,
  plugins: [zodAsNamespace],
  // Its main entry asks for its parts in a way that no bundler can follow.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  banner: { js: REQUIRE },
  format: 'esm',
  platform: 'node',
  target: 'node20',
  outExtension: { '.js': '.mjs' },
  sourcemap: 'linked',
  sourcesContent: false,
};

/**
 * @param {readonly string[]} files
 * @returns {import('esbuild').BuildOptions}
 */
function togetherOf(files) {
  const contents = files.map((file) => `export * from './${file}';`).join('\n');
  return { ...FOR_NODE, entryPoints: [], stdin: { contents, resolveDir: root, loader: 'ts' } };
}

/** @type {import('esbuild').BuildOptions} */
const FOR_BROWSER = {
  outbase: join(root, 'lib/reporting/page'),
  format: 'iife',
  platform: 'browser',
  target: 'es2022',
  minify: true,
  // Text beyond ASCII stays as it is: the page says its encoding.
  charset: 'utf8',
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"' },
};

/**
 * @param {string} folder
 * @param {readonly string[]} files
 * @param {import('esbuild').BuildOptions} [options]
 */
async function buildInto(folder, files, options = FOR_NODE) {
  const { build } = await import('esbuild');
  const result = await build({
    entryPoints: files.map((file) => join(root, file)),
    absWorkingDir: root,
    outdir: root,
    bundle: true,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    ...options,
    write: false,
    logLevel: 'silent',
  });
  removeOldBundles(join(folder, '..'));
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

/** Bundles of earlier states of the sources: a few are kept, for runs that are still going on. */
const BUNDLES_KEPT = 24;

/** @param {string} folder */
function removeOldBundles(folder) {
  if (!existsSync(folder)) return;
  const bundles = readdirSync(folder)
    .map((name) => join(folder, name))
    .map((path) => ({ path, builtAt: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.builtAt - a.builtAt);
  for (const { path } of bundles.slice(BUNDLES_KEPT)) rmSync(path, { recursive: true, force: true });
}
