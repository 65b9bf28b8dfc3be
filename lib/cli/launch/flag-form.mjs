// Plain JavaScript: the values of flags are held to their form before anything of ours loads.

/**
 * What a flag takes.
 * @typedef {{ expected: string, accepts: (text: string) => boolean, next?: string }} FlagForm
 */

/**
 * A whole number in decimal digits, bounds included.
 * @param {number} min @param {number} max @param {string} [unit] @returns {FlagForm}
 */
export function wholeNumber(min, max, unit) {
  return {
    expected: `a whole number${unit === undefined ? '' : ` of ${unit}`} from ${min} to ${max}`,
    accepts: (text) => /^\d{1,15}$/.test(text) && Number(text) >= min && Number(text) <= max,
  };
}

/** A number in decimal digits, bounds included. @param {number} min @param {number} max @returns {FlagForm} */
export function decimal(min, max) {
  return {
    expected: `a number from ${min} to ${max}`,
    accepts: (text) => /^\d{0,15}(?:\.\d{1,15})?$/.test(text) && Number(text) >= min && Number(text) <= max,
  };
}

/** @param {readonly string[]} words @returns {FlagForm} */
export function oneOf(words) {
  return { expected: words.join(' or '), accepts: (text) => words.includes(text) };
}

/** @type {FlagForm} */
export const environmentName = {
  expected: 'the name of an environment: lower-case letters, digits and hyphens, at most 32',
  accepts: (text) => /^[a-z][a-z0-9-]{0,31}$/.test(text),
  next: 'Name local, or an environment whose settings stand in .env.NAME.',
};

/** @type {FlagForm} */
export const faultName = {
  expected: 'the name of a fault, with =PARAM where it takes one',
  accepts: (text) => /^[a-z][a-z0-9-]*(?:=[\x21-\x7e]+)?$/.test(text),
  next: 'npm run stagegate -- backend --list-faults prints every fault.',
};

/** @type {FlagForm} SHA-256 of a record, as the log of its run prints it. */
export const recordHash = {
  expected: 'the 64 hex digits of a record hash',
  accepts: (value) => /^[0-9a-f]{64}$/.test(value),
  next: 'The log of a run prints it: sealed    record HASH.',
};

/** @type {FlagForm} */
export const revision = {
  expected: 'a revision of 4 to 200 letters, digits and . _ - + : / @ (a commit, an image digest, a build)',
  accepts: (text) => /^[A-Za-z0-9][A-Za-z0-9._+:/@-]{3,199}$/.test(text),
  next: 'Give the commit SHA or image digest that the pipeline deployed, as the target shows it.',
};

/** @type {FlagForm} */
export const userName = {
  expected: 'a name of lower-case letters, digits and hyphens, at most 31',
  accepts: (text) => /^[a-z0-9][a-z0-9-]{0,30}$/.test(text),
};

/** @type {FlagForm} */
export const pattern = {
  expected: 'a regular expression',
  accepts: (text) => {
    try {
      return new RegExp(text, 'i').test('') || true;
    } catch {
      // SyntaxError: what was given is none.
      return false;
    }
  },
  next: String.raw`Put a backslash before ( ) [ ] { } * + ? that are meant as they stand, or name the check with --check ID.`,
};

/** @type {FlagForm} */
export const shard = {
  expected: 'I/N with 1 <= I <= N <= 999',
  accepts: (text) => shardOf(text) !== null,
  next: 'Three parts are --shard 1/3, --shard 2/3 and --shard 3/3, all with the same --seed.',
};

/** @type {FlagForm} */
export const path = {
  expected: 'a path of at most 4096 characters without control characters',
  // eslint-disable-next-line no-control-regex
  accepts: (text) => /^[^\u0000-\u001f\u007f]{1,4096}$/.test(text),
};

/**
 * Reads `i/n` with 1 <= i <= n; null for anything else.
 * @param {string} text
 * @returns {{ readonly index: number, readonly count: number } | null}
 */
export function shardOf(text) {
  const match = /^(\d{1,3})\/(\d{1,3})$/.exec(text);
  const index = Number(match?.[1] ?? 0);
  const count = Number(match?.[2] ?? 0);
  return index < 1 || index > count ? null : { index, count };
}
