import { parseArgs } from 'node:util';
import { COMMANDS, COMMANDS_NOT_BUILT, REFUSED_VITEST_FLAGS } from './command-table.mjs';
import { nearestName } from './nearest-name.mjs';
import { wordsTakenByNpm } from './npm-words.mjs';

// Plain JavaScript: a bad flag is answered before any TypeScript, test runner or network library loads.

/**
 * @typedef {import('./command-table.mjs').CommandSpec} CommandSpec
 * @typedef {{ name: string, rawName: string, value?: string | undefined, inlineValue?: boolean | undefined }} FlagToken
 * @typedef {{ text: string, next?: string | undefined }} Problem
 */

/** A problem with the words of the command line. */
export class UsageError extends Error {
  /** @param {readonly Problem[]} problems @param {string} command */
  constructor(problems, command) {
    super(problems.map(({ text }) => text).join('; '));
    this.name = 'UsageError';
    this.command = command;
    const help = `npm run stagegate -- ${Object.hasOwn(COMMANDS, command) ? `${command} --help` : 'help'}`;
    /** What to do next: what each problem asks for, and the help. */
    this.next = [...new Set(problems.flatMap(({ next }) => next ?? [])), help].join(' ');
  }
}

/** @param {string} command @throws {UsageError} for a command that does not exist */
function specOf(command) {
  const spec = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (spec !== undefined) return spec;
  // Only what looks like a name is shown: a token pasted by mistake must not reach a terminal.
  const shown = /^[a-z-]{1,20}$/i.test(command) ? ` '${command}'` : '';
  const names = Object.keys(COMMANDS);
  const text = `unknown command${shown}${shown === '' ? '' : nearest(command, names)}; expected one of ${names.join(', ')}`;
  throw new UsageError([{ text }], command);
}

/** Names further away than this are no misspelling. */
const MOST_EDITS = 3;

/** @param {string} wanted @param {readonly string[]} known @param {string} [mark] @returns {string} */
function nearest(wanted, known, mark = '') {
  const name = nearestName(wanted.slice(0, 40), known, MOST_EDITS);
  return name === null ? '' : ` (the nearest is ${mark}${name})`;
}

const MOST_SHOWN = 60;

/** A value as it may be shown: on one line and short; what looks like a token is taken out where it is printed. @param {string} text */
function shown(text) {
  // eslint-disable-next-line no-control-regex
  const line = text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd');
  return `'${line.length > MOST_SHOWN ? `${line.slice(0, MOST_SHOWN)}…` : line}'`;
}

/**
 * Parses the words after `stagegate`.
 * @param {readonly string[]} words
 * @param {Readonly<Record<string, string | undefined>>} [environment] of the process, where npm leaves what it took for itself
 * @returns {{ command: string, flags: Record<string, string | boolean | readonly string[] | undefined>, positionals: readonly string[] }}
 * @throws {UsageError} naming every unknown flag and every value that is not of its form, never ignoring one.
 */
export function parseCommandLine(words, environment = {}) {
  const [command = 'help', ...rest] = words;
  if (command === 'help' || command === '--help' || command === '-h') {
    const [about, ...more] = rest;
    if (more.length > 0) throw new UsageError([{ text: 'help is about one command' }], 'help');
    if (about !== undefined && !COMMANDS_NOT_BUILT.includes(about)) specOf(about);
    return { command: 'help', flags: {}, positionals: rest };
  }
  if (command === '--version') return { command: 'version', flags: {}, positionals: [] };
  if (COMMANDS_NOT_BUILT.includes(command)) {
    throw new UsageError([{ text: `the command '${command}' is not built yet` }], command);
  }
  const spec = specOf(command);
  const options = Object.fromEntries(
    Object.entries(spec.flags).map(([name, flag]) => [
      name,
      {
        type: flag.type,
        multiple: flag.multiple ?? false,
        ...(flag.short === undefined ? {} : { short: flag.short }),
      },
    ]),
  );
  const { values, positionals, tokens } = parseArgs({
    args: rest,
    options: { ...options, help: { type: 'boolean', short: 'h' } },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  /** @type {Problem[]} */
  const problems = [];
  for (const token of tokens) {
    if (token.kind === 'option') problems.push(...optionProblems(token, spec));
  }
  const seen = new Map();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    if (Object.hasOwn(spec.flags, token.name) && spec.flags[token.name]?.multiple === true) continue;
    if (seen.has(token.name)) problems.push({ text: `--${token.name} is given twice` });
    seen.set(token.name, true);
  }
  const taken = wordsTakenByNpm(command, rest, environment);
  if (taken !== null) problems.push(taken);
  if (positionals.length > 0 && spec.positionals === undefined) {
    // The words themselves are not shown: a token pasted by mistake must not reach a terminal or a file.
    const text = `${positionals.length} unexpected argument${positionals.length === 1 ? '' : 's'}`;
    problems.push(
      command === 'run'
        ? { text: `${text} (file filters are not supported)`, next: 'Use --suite or --check.' }
        : { text },
    );
  }
  if (problems.length > 0) throw new UsageError(problems, command);
  return { command, flags: values, positionals };
}

/** @param {FlagToken} token @param {CommandSpec} spec @returns {Problem[]} */
function optionProblems({ name, rawName, value, inlineValue }, spec) {
  if (name === 'help') return [];
  const flag = Object.hasOwn(spec.flags, name) ? spec.flags[name] : undefined;
  if (flag === undefined) {
    if (Object.hasOwn(REFUSED_VITEST_FLAGS, name)) {
      return [{ text: `${rawName} is refused: ${REFUSED_VITEST_FLAGS[name]}` }];
    }
    return [{ text: `unknown flag ${rawName}${nearest(name, Object.keys(spec.flags), '--')}` }];
  }
  if (flag.type === 'boolean') return value === undefined ? [] : [{ text: `${rawName} takes no value` }];
  if (value === undefined || value === '') return [{ text: `${rawName} needs a value (${flag.value})` }];
  // A negative number is a value of the wrong form, not a flag.
  if (!inlineValue && /^-(?![\d.])/.test(value)) {
    return [{ text: `${rawName} needs a value (${flag.value}), got the flag ${shown(value)}` }];
  }
  const { form } = flag;
  if (form === undefined || form.accepts(value)) return [];
  return [{ text: `expected ${rawName} to be ${form.expected}, got ${shown(value)}`, next: form.next }];
}
