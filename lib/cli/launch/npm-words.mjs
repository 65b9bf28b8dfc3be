import { COMMANDS } from './command-table.mjs';

/** Commands that scripts of package.json stand for, and how each is written. @type {Record<string, string>} */
const SCRIPTS = { run: 'npm test --', doctor: 'npm run stagegate -- doctor', prove: 'npm run prove --' };
/** Names that npm or node-gyp give a meaning of their own. */
const NPM_NAMES = ['jobs'];

/**
 * Flags that npm took for itself: of `npm test --env=staging` nothing reaches us, and a GO of the embedded backend would
 * look like one of staging.
 * @param {string} command
 * @param {readonly string[]} words
 * @param {Readonly<Record<string, string | undefined>>} environment
 * @returns {{ text: string, next: string } | null}
 */
export function wordsTakenByNpm(command, words, environment) {
  const script = Object.hasOwn(SCRIPTS, command) ? SCRIPTS[command] : undefined;
  if (script === undefined) return null;
  const taken = Object.entries(COMMANDS[command]?.flags ?? {}).filter(
    ([name]) =>
      !NPM_NAMES.includes(name) &&
      environment[`npm_config_${name.replace(/^no-/, '').replaceAll('-', '_')}`] !== undefined &&
      !words.some((word) => word === `--${name}` || word.startsWith(`--${name}=`)),
  );
  if (taken.length === 0) return null;
  const names = taken.map(([name]) => `--${name}`);
  const whole = taken.map(([name, { value }]) => `--${name}${value === undefined ? '' : ` ${value}`}`);
  return {
    text: `expected flags behind --, got ${names.join(', ')} in front of it: npm took them for itself`,
    next: `Write ${script} ${whole.join(' ')}.`,
  };
}
