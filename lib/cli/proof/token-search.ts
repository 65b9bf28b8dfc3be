import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Characters of a token in a row that are a leak (faults.md §2). */
const WINDOW = 8;
/** A compact JWT: what is not one, such as a malformed token of ours, is made of public words. */
const COMPACT = /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/;

/**
 * Looks for eight characters in a row of any token, in the console and in every file of a folder. It knows the tokens from the
 * target that received them, and nothing of what the harness redacts or scans.
 */
export function textsWithTokens(
  folder: string,
  output: string,
  tokens: readonly string[],
): readonly string[] {
  const windows = new Set<string>();
  for (const token of tokens.filter((text) => COMPACT.test(text))) {
    for (const segment of token.split('.')) {
      for (let at = 0; at + WINDOW <= segment.length; at += 1) windows.add(segment.slice(at, at + WINDOW));
    }
  }
  const texts: (readonly [name: string, text: string])[] = [['console', output]];
  const entries = existsSync(folder) ? readdirSync(folder, { withFileTypes: true, recursive: true }) : [];
  for (const entry of entries.filter((one) => one.isFile())) {
    texts.push([entry.name, readFileSync(join(entry.parentPath, entry.name), 'latin1')]);
  }
  return [...new Set(texts.filter(([, text]) => holdsOne(text, windows)).map(([name]) => name))];
}

function holdsOne(text: string, windows: ReadonlySet<string>): boolean {
  for (let at = 0; at + WINDOW <= text.length; at += 1) {
    if (windows.has(text.slice(at, at + WINDOW))) return true;
  }
  return false;
}
