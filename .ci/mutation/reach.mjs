import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Tests of whole processes: too slow to be asked about every mutant. */
const TOO_SLOW = /^lib\/cli\/|^fixtures\/|^bench\/|^lib\/ws\/reference-backend/;

/**
 * Which unit tests reach a module, by their imports, the nearest first.
 * @param {string} root
 * @returns {(file: string) => readonly string[]}
 */
export function testsReaching(root) {
  const files = typeScriptIn(root, 'lib');
  /** @type {Map<string, readonly string[]>} */
  const imports = new Map(files.map((file) => [file, importsOf(root, file)]));
  const tests = files.filter((file) => file.endsWith('.test.ts') && !TOO_SLOW.test(file));
  /** @type {Map<string, Map<string, number>>} */
  const distances = new Map(tests.map((test) => [test, distancesFrom(test, imports)]));
  return (file) =>
    tests
      .map((test) => ({ test, distance: distances.get(test)?.get(file) ?? Infinity }))
      .filter(({ distance }) => distance < Infinity)
      .sort((a, b) => a.distance - b.distance)
      .map(({ test }) => test);
}

/**
 * Which checks use a module of the harness, by the imports of their specs: those nearest to it, in plan order.
 * @param {string} root
 * @returns {(file: string) => readonly string[]}
 */
export function checksReaching(root) {
  const { checks } = /** @type {{ checks: { id: string, file: string }[] }} */ (
    JSON.parse(readFileSync(join(root, 'suites/plan.json'), 'utf8'))
  );
  const specs = typeScriptIn(root, 'suites');
  const imports = new Map(
    [...typeScriptIn(root, 'lib'), ...specs].map((file) => [file, importsOf(root, file)]),
  );
  const distances = new Map(specs.map((spec) => [spec, distancesFrom(spec, imports)]));
  return (file) => {
    const reaching = checks
      .map(({ id, file: spec }) => ({ id, distance: distances.get(spec)?.get(file) ?? Infinity }))
      .filter(({ distance }) => distance < Infinity);
    const nearest = Math.min(...reaching.map(({ distance }) => distance));
    return reaching.filter(({ distance }) => distance === nearest).map(({ id }) => id);
  };
}

/** @param {string} root @param {string} folder */
function typeScriptIn(root, folder) {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name}`)
    .filter((name) => name.endsWith('.ts'));
}

/** @param {string} root @param {string} file */
function importsOf(root, file) {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/^(?:import|export)(?! type)[^;]*? from '(\.[^']+)'/gm)]
    .map((match) => relative(root, join(root, dirname(file), match[1] ?? '')))
    .filter((target) => existsSync(join(root, target)));
}

/** @param {string} from @param {ReadonlyMap<string, readonly string[]>} imports */
function distancesFrom(from, imports) {
  /** @type {Map<string, number>} */
  const distances = new Map([[from, 0]]);
  // A map visits what is added while it is walked: breadth first.
  for (const [file, distance] of distances) {
    for (const next of imports.get(file) ?? []) if (!distances.has(next)) distances.set(next, distance + 1);
  }
  return distances;
}
