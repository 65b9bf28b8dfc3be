import { parse } from 'dotenv';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeError, HarnessError } from '../foundation/errors.ts';
import type { SettingProblem } from './setting-problem.ts';

/** An environment is named in a path and on the command line, so its name is held to a narrow alphabet. */
const ENVIRONMENT_NAME = /^[a-z][a-z0-9-]{0,31}$/;
const ASSIGNMENT = /^\s*(?:export\s+)?([\w.-]+)\s*=\s*(.*)$/;

interface EnvironmentFile {
  readonly path: string;
  /** Null when there is no such file. */
  readonly text: string | null;
}

interface ParsedEnvironmentFile {
  readonly values: ReadonlyMap<string, string>;
  readonly problems: readonly SettingProblem[];
}

/** True for a lower-case name of letters, digits and hyphens, at most 32 long. */
export function isEnvironmentName(name: string): boolean {
  return ENVIRONMENT_NAME.test(name);
}

/**
 * Reads `.env.NAME` in a directory; a missing file, or a name that cannot be one, gives the text null.
 * @throws {HarnessError} `CONFIG_INVALID` when the file is there but cannot be read.
 */
export function readEnvironmentFile(environment: string, directory: string): EnvironmentFile {
  const path = join(directory, `.env.${isEnvironmentName(environment) ? environment : 'NAME'}`);
  if (!isEnvironmentName(environment)) return { path, text: null };
  try {
    return { path, text: readFileSync(path, 'utf8') };
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return { path, text: null };
    throw new HarnessError('CONFIG_INVALID', `expected to read ${path}, got ${describeError(cause)}`, {
      cause,
      details: { path },
      next: `Make ${path} a readable file.`,
    });
  }
}

/**
 * Parses the text of an environment file. What the format would lose silently is a problem: a line without `=`,
 * a name given twice, and a `#` that cuts an unquoted value.
 */
export function parseEnvironmentFile(text: string, origin: string): ParsedEnvironmentFile {
  const problems: SettingProblem[] = [];
  const seen = new Set<string>();
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    if (/^\s*(?:#|$)/.test(line)) continue;
    const where = `line ${index + 1} of ${origin}`;
    const [, name, written = ''] = ASSIGNMENT.exec(line) ?? [];
    if (name === undefined) {
      // The line is not shown: it may be the rest of a secret.
      problems.push(problem('line', 'NAME=value on one line', 'another form', where));
      continue;
    }
    if (seen.has(name)) problems.push(problem(name, 'one value', 'a second one', where));
    seen.add(name);
    if (/^[^'"`#]*[^\s#]#/.test(written)) {
      problems.push(problem(name, 'quotes around a value with #', 'an unquoted value, cut at the #', where));
    }
    if (/^(['"`])(?:(?!\1).)*$/.test(written)) {
      problems.push(problem(name, 'a closing quote on the same line', 'none', where));
    }
  }
  return { values: new Map(Object.entries(parse(text))), problems };
}

function problem(setting: string, expected: string, got: string, origin: string): SettingProblem {
  return { setting, expected, got, origin, next: 'Correct this line.' };
}
