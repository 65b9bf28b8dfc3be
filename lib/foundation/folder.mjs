import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

// Plain JavaScript: a run that is refused before anything loads makes its folder too.

/**
 * Makes a folder and those above it, level by level: the recursive form of Node never returns under /proc, and says
 * ENOENT of a file system that is read-only.
 * @param {string} path
 * @throws the error of the level that cannot be made
 */
export function makeFolder(path) {
  const missing = [];
  for (let at = resolve(path); !isFolder(at) && dirname(at) !== at; at = dirname(at)) missing.unshift(at);
  for (const folder of missing) {
    try {
      mkdirSync(folder);
    } catch (error) {
      // Another process made it meanwhile.
      if (!isFolder(folder)) throw error;
    }
  }
}

/** @param {string} path */
function isFolder(path) {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
