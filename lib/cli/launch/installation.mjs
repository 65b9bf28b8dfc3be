import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What this machine lacks before anything can run: a Node that is new enough, or the packages.
 * @param {string} root @param {string} nodeVersion such as `20.19.0` @param {unknown} [error] that ended the start, when one did
 * @returns {{ message: string, next: string } | null}
 */
export function installationProblem(root, nodeVersion, error) {
  const { engines } = /** @type {{ engines: { node: string } }} */ (
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  );
  const needed = engines.node.replace('>=', '');
  if (isOlder(nodeVersion, needed)) {
    return {
      message: `expected Node ${needed} or newer, got ${nodeVersion}`,
      next: 'Use the version that .nvmrc names.',
    };
  }
  const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
  if (isMissing && !existsSync(join(root, 'node_modules', 'vitest'))) {
    return {
      message: `expected the packages of package-lock.json in ${join(root, 'node_modules')}, got none`,
      next: `Run npm ci in ${root}.`,
    };
  }
  return null;
}

/** @param {string} version @param {string} needed */
function isOlder(version, needed) {
  const [have, want] = [version, needed].map((text) => text.split('.').map(Number));
  for (const at of [0, 1, 2]) {
    const difference = (have?.[at] ?? 0) - (want?.[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
