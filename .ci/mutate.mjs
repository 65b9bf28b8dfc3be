import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mutantsOf } from './mutation/mutants.mjs';
import { checksReaching, testsReaching } from './mutation/reach.mjs';

// Changes one line of ours at a time, in a copy, and asks the unit tests whether they notice:
// npm run mutate [-- --sample N | --all] [--seed N] [--jobs N] [--path PREFIX]

/** @typedef {import('./mutation/mutants.mjs').Mutant} Mutant */
/** @typedef {'killed' | 'survived' | 'timeout' | 'unreached'} Fate */

const LAYERS = ['lib/contract', 'lib/evidence', 'lib/ws', 'lib/harness', 'lib/gate'];
const COPIED = [
  'lib',
  'fixtures',
  'suites',
  'docs',
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
  '.env.staging.example',
];
/** Modules that the checks use: what no unit test notices, the proofs of those checks may. */
const PROVEN = /^lib\/harness\//;
/** Checks whose proofs are asked about one mutant, spread over those nearest to the module. */
const CHECKS_ASKED = 8;
/** Tests asked about one mutant: the nearest notice it first. */
const TESTS_ASKED = 6;
const MUTANT_BUDGET_MS = 180_000;
const JUSTIFIED_FILE = '.ci/mutation/survivors.json';

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    sample: { type: 'string', default: '60' },
    all: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '2' },
    path: { type: 'string', default: 'lib/' },
    out: { type: 'string', default: join(root, 'reports/mutation.json') },
  },
});
process.exitCode = await mutate();

/** @returns {Promise<number>} 0 when every survivor is justified, 1 otherwise */
async function mutate() {
  const seed = Number(values.seed);
  const every = LAYERS.flatMap((layer) => sourcesOf(layer))
    .filter((file) => file.startsWith(values.path))
    .flatMap((file) => mutantsOf(root, file));
  const chosen = values.all ? every : sampleOf(every, Number(values.sample), seed);
  if (chosen.length === 0) throw new TypeError('expected sources with something to change, got none');
  const judges = { testsOf: testsReaching(root), checksOf: checksReaching(root) };
  process.stdout.write(
    `${every.length} mutants of ${LAYERS.join(', ')}; judging ${chosen.length}` +
      `${values.all ? '' : ` (sample, seed ${seed})`}\n`,
  );
  await expectGreen([...new Set(chosen.flatMap(({ file }) => judges.testsOf(file).slice(0, TESTS_ASKED)))]);
  /** @type {{ mutant: Mutant, fate: Fate }[]} */
  const fates = [];
  const waiting = [...chosen];
  await Promise.all(
    Array.from({ length: Number(values.jobs) }, async () => {
      const copy = copyOf();
      try {
        for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
          const fate = await judge(copy, mutant, judges);
          fates.push({ mutant, fate });
          if (fate !== 'killed') process.stdout.write(`${fate.padEnd(9)} ${nameOf(mutant)}\n`);
        }
      } finally {
        rmSync(copy, { recursive: true, force: true });
      }
    }),
  );
  return report(every.length, fates, seed);
}

/** Tests that are red without a mutant would kill them all. @param {readonly string[]} tests */
async function expectGreen(tests) {
  const copy = copyOf();
  try {
    const code = tests.length === 0 ? 0 : await run(copy, unitTests(copy, tests), 'inherit');
    if (code !== 0) throw new TypeError(`expected the unit tests to pass without a mutant, got exit ${code}`);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/**
 * @param {number} total @param {readonly { mutant: Mutant, fate: Fate }[]} fates @param {number} seed
 * @returns {number}
 */
function report(total, fates, seed) {
  const justified = /** @type {{ mutant: string, reason: string }[]} */ (
    JSON.parse(readFileSync(join(root, JUSTIFIED_FILE), 'utf8'))
  );
  /** @param {Fate} fate */
  const named = (fate) => fates.filter((one) => one.fate === fate).map(({ mutant }) => nameOf(mutant));
  const survivors = named('survived');
  const open = survivors.filter((name) => !justified.some(({ mutant }) => mutant === withoutLine(name)));
  const counts = {
    total,
    judged: fates.length,
    killed: named('killed').length,
    timeout: named('timeout').length,
    survived: survivors.length,
    justified: survivors.length - open.length,
    unreached: named('unreached').length,
  };
  const record = {
    schema: 1,
    seed,
    isSample: !values.all,
    counts,
    survived: survivors.sort(),
    timeout: named('timeout').sort(),
    unreached: named('unreached').sort(),
  };
  mkdirSync(join(values.out, '..'), { recursive: true });
  writeFileSync(values.out, `${JSON.stringify(record, null, 2)}\n`);
  process.stdout.write(
    `\n${Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ')}\n`,
  );
  for (const name of open) process.stdout.write(`! survived and not justified: ${name}\n`);
  return open.length === 0 ? 0 : 1;
}

/**
 * @param {string} copy @param {Mutant} mutant
 * @param {{ testsOf: (file: string) => readonly string[], checksOf: (file: string) => readonly string[] }} judges
 * @returns {Promise<Fate>}
 */
async function judge(copy, mutant, { testsOf, checksOf }) {
  const tests = testsOf(mutant.file).slice(0, TESTS_ASKED);
  const checks = PROVEN.test(mutant.file) ? spread(checksOf(mutant.file), CHECKS_ASKED) : [];
  if (tests.length === 0 && checks.length === 0) return 'unreached';
  const path = join(copy, mutant.file);
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.slice(0, mutant.start) + mutant.to + text.slice(mutant.end));
  try {
    const noticed = tests.length === 0 ? 0 : await run(copy, unitTests(copy, tests));
    if (noticed !== 0) return noticed === null ? 'timeout' : 'killed';
    if (checks.length === 0) return 'survived';
    const reports = join(copy, 'reports');
    rmSync(reports, { recursive: true, force: true });
    if ((await run(copy, proofs(copy, checks))) === null) return 'timeout';
    return isAllProven(reports) ? 'survived' : 'killed';
  } finally {
    writeFileSync(path, text);
  }
}

/** @param {string} copy @param {readonly string[]} tests */
function unitTests(copy, tests) {
  const words = ['run', '--project', 'unit', '--bail', '1', '--maxWorkers', '1', '--reporter', 'dot'];
  return [join(copy, 'node_modules/vitest/vitest.mjs'), ...words, ...tests];
}

/**
 * Whether a session of proofs noticed nothing. Its exit code alone does not tell: a baseline that is not green ends as a
 * part that was proven does, with 3. Without a record it did notice something.
 * @param {string} reports
 */
function isAllProven(reports) {
  const names = existsSync(reports) ? readdirSync(reports) : [];
  const files = names.map((name) => join(reports, name, 'prove.json')).filter((file) => existsSync(file));
  if (files.length !== 1) return false;
  const { score } = /** @type {{ score: { credited: number, declared: number } }} */ (
    JSON.parse(readFileSync(/** @type {string} */ (files[0]), 'utf8'))
  );
  return score.credited === score.declared;
}

/** @param {string} copy @param {readonly string[]} checks */
function proofs(copy, checks) {
  const words = ['prove', '--seed', '1', '--jobs', '1', ...checks.flatMap((id) => ['--check', id])];
  return [join(copy, 'lib/cli/stagegate.mjs'), ...words, '--out', join(copy, 'reports')];
}

/** @template T @param {readonly T[]} items @param {number} count @returns {readonly T[]} */
function spread(items, count) {
  const step = Math.max(1, items.length / count);
  return Array.from(
    { length: Math.min(count, items.length) },
    (_, at) => items[Math.floor(at * step)],
  ).filter((item) => item !== undefined);
}

/**
 * @param {string} copy @param {readonly string[]} words @param {'ignore' | 'inherit'} stdio
 * @returns {Promise<number | null>} null when it was ended
 */
async function run(copy, words, stdio = 'ignore') {
  const child = spawn(process.execPath, words, { cwd: copy, detached: true, stdio });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      // The group: a mutant may loop in a worker of the test runner.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, MUTANT_BUDGET_MS);
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(timer);
      resolve(code);
    });
  });
}

/** A copy of the project: the sources that people work on are never changed. */
function copyOf() {
  const copy = mkdtempSync(join(tmpdir(), 'stagegate-mutate-'));
  for (const name of COPIED) cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** @param {string} layer */
function sourcesOf(layer) {
  if (!existsSync(join(root, layer))) throw new TypeError(`expected the folder ${layer}`);
  return readdirSync(join(root, layer), { recursive: true, encoding: 'utf8' })
    .map((name) => `${layer}/${name}`)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.includes('/testing/'))
    .sort();
}

/**
 * The same seed takes the same mutants, spread over all of them.
 * @template T @param {readonly T[]} items @param {number} count @param {number} seed
 * @returns {readonly T[]}
 */
function sampleOf(items, count, seed) {
  let state = seed >>> 0;
  const keyed = items.map((item, at) => {
    // A linear congruential step (Numerical Recipes) is random enough to choose with.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return { item, at, key: state };
  });
  return keyed
    .sort((a, b) => a.key - b.key)
    .slice(0, count)
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** @param {Mutant} mutant */
function nameOf({ file, line, kind, from, to }) {
  const short = (/** @type {string} */ text) => text.replaceAll(/\s+/g, ' ').slice(0, 70);
  return `${file}:${line} ${kind}: ${short(from)} -> ${short(to)}`;
}

/** Lines move when a file changes: a justification names the change without its line. @param {string} name */
function withoutLine(name) {
  return name.replace(/:\d+ /, ' ');
}
