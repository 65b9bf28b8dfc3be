#!/usr/bin/env node
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installationProblem } from './launch/installation.mjs';
import { removeLatest } from './launch/latest-link.mjs';
import { reportsFoldersNamed } from './launch/reports-folder.mjs';
import { withoutTokens } from './launch/token-shape.mjs';

// A Node that is too old to have `import.meta.dirname` must still be told so.
const root = fileURLToPath(new URL('../..', import.meta.url));
// Node would exit with 1 on a crash of ours, which means that the target broke a promise (design.md §5).
process.on('uncaughtException', (error) => crash(error));
// A reader such as `head` may leave early, a terminal may vanish: the run goes on, its files and exit code stand.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
// Of a command that never ends Node would say 13, which stands in no table.
process.exitCode = 70;
let isLoaded = false;
try {
  process.exitCode = await start(process.argv.slice(2));
} catch (error) {
  crash(error);
}
// What a library left running must not keep a command that has ended; nobody waits for this timer.
// oxlint-disable-next-line no-restricted-properties -- the command has ended, and with it all that had to
setTimeout(() => process.exit(), 3_000).unref();

/** @param {unknown} error @returns {never} */
function crash(error) {
  const problem = installationProblem(root, process.versions.node, error);
  if (problem !== null) {
    refuseInstallation(problem);
    // oxlint-disable-next-line no-restricted-properties -- nothing was started that has to end
    process.exit(64);
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `stagegate: the harness itself failed; the target was not judged.\n${withoutTokens(text)}\n`,
  );
  // Once loaded, the run has made `latest` its own before the first packet.
  if (!isLoaded) removeOlderDecision();
  // oxlint-disable-next-line no-restricted-properties -- a crashed process has nothing left to flush
  process.exit(70);
}

/** @param {{ message: string, next: string }} problem */
function refuseInstallation({ message, next }) {
  process.stderr.write(`stagegate: USAGE: ${message}.\nNext: ${next}\n`);
  // No record can be written: what needs packages writes it.
  removeOlderDecision();
}

/** Takes `latest` away where the run that was asked for would have written its own. */
function removeOlderDecision() {
  const words = process.argv.slice(2);
  if (!isRun(words)) return;
  for (const reports of reportsFoldersNamed(root, words, process.env)) removeLatest(reports);
}

/** A listing and a help text are no run: they leave what is in the reports folder as it is. @param {readonly string[]} words */
function isRun(words) {
  return words[0] === 'run' && !words.some((word) => ['--list', '--help', '-h'].includes(word));
}

/** @param {readonly string[]} words @returns {Promise<number>} the exit code (design.md §5) */
async function start(words) {
  const problem = installationProblem(root, process.versions.node);
  if (problem !== null) {
    refuseInstallation(problem);
    return 64;
  }
  // Only now: an older Node cannot link them, and a file of ours that is missing must not exit with 1.
  const { parseCommandLine, UsageError } = await import('./launch/command-line.mjs');
  const { COMMANDS } = await import('./launch/command-table.mjs');
  let parsed;
  try {
    parsed = parseCommandLine(words, process.env);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const { command, message, next } = error;
    process.stderr.write(
      // A word that is no command may be a token pasted by mistake.
      `stagegate${Object.hasOwn(COMMANDS, command) ? ` ${command}` : ''}: USAGE: ${withoutTokens(message)}.\nNext: ${next}\n`,
    );
    if (isRun(words)) {
      const { recordRefusal } = await import('./launch/refusal.mjs');
      recordRefusal({ root, words, environment: process.env, code: 'USAGE', message, next });
    }
    return 64;
  }
  const { command, flags, positionals } = parsed;
  if (command === 'version') {
    process.stdout.write(`${process.env['npm_package_version'] ?? (await readVersion())}\n`);
    return 0;
  }
  if (command === 'help' || flags['help'] === true) {
    const { helpText } = await import('./launch/help-text.mjs');
    process.stdout.write(`${helpText(command === 'help' ? positionals[0] : command)}\n`);
    return 0;
  }
  /** @type {'SIGINT' | 'SIGTERM' | 'SIGHUP' | null} */
  let early = null;
  if (command === 'run') {
    // Until the run listens itself, a signal is only noted: it must end in a record, not in silence.
    for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
      process.on(name, () => (early ??= name));
  }
  const { bundlePage, bundleTypeScript, importTypeScript } = await import('./launch/typescript.mjs');
  // Each command is a bundle of its own: what it shares with others would lie in files that take as long to open as to read.
  /** @type {unknown} */
  const program = await importTypeScript('lib/cli/main.ts', commandFile(command));
  isLoaded = true;
  const { main } = /** @type {Program} */ (program);
  const run = /** @type {Record<string, Command | undefined>} */ (program)[command];
  if (run === undefined) throw new TypeError(`expected ${commandFile(command)} to export ${command}`);
  const invocation = {
    root,
    command,
    flags,
    positionals,
    version: await readVersion(),
    earlySignal: () => early,
    // Loaded here and not in TypeScript: the runner must be the very module that its workers import.
    importVitest: () => import('vitest/node'),
    bundleTypeScript,
    bundlePage,
  };
  return main(invocation, run);
}

/**
 * @typedef {typeof import('./main.ts')} Program
 * @typedef {Parameters<Program['main']>[1]} Command
 */

/** Exports the command by its name. @param {string} command */
function commandFile(command) {
  return `lib/cli/commands/${command}.ts`;
}

/** @returns {Promise<string>} */
async function readVersion() {
  const { readFile } = await import('node:fs/promises');
  const manifest = /** @type {{ version: string }} */ (
    JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  );
  return manifest.version;
}
