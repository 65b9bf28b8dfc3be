import { join, resolve } from 'node:path';

// Plain JavaScript without a package: a run may be refused because there are none.

/**
 * The folder of the reports: `--out` from where the command was given, else `reports` of the project.
 * @param {string} root @param {string | null} out
 */
export function reportsFolder(root, out) {
  return out === null || out === '' ? join(root, 'reports') : resolve(out);
}

/**
 * The reports folders that a refused command line asked for: each that it names, for any of them may be read next, and
 * `reports` of the project only when it names none.
 * @param {string} root
 * @param {readonly string[]} words after `stagegate`
 * @param {Readonly<Record<string, string | undefined>>} [environment] of the process, where npm leaves what it took for itself
 * @returns {readonly [string, ...string[]]}
 */
export function reportsFoldersNamed(root, words, environment = {}) {
  const named = words.flatMap((word, at) => {
    if (word.startsWith('--out=')) return [word.slice('--out='.length)];
    return word === '--out' ? [words[at + 1] ?? ''].filter((value) => !value.startsWith('-')) : [];
  });
  const [first, ...others] = [...new Set([...named, ...takenByNpm(words, environment)])]
    .filter((out) => out !== '')
    .map((out) => reportsFolder(root, out));
  return first === undefined ? [reportsFolder(root, null)] : [first, ...others];
}

/**
 * `npm test --out=DIR` leaves DIR in the environment, `npm test --out DIR` leaves `true` there and hands DIR over as a word:
 * the only one behind the command, or it cannot be told which.
 * @param {readonly string[]} words @param {Readonly<Record<string, string | undefined>>} environment
 * @returns {readonly string[]}
 */
function takenByNpm(words, environment) {
  const taken = environment['npm_config_out'];
  if (taken !== 'true') return taken === undefined ? [] : [taken];
  const [only, ...more] = words.slice(1);
  return only === undefined || more.length > 0 || only.startsWith('-') ? [] : [only];
}
