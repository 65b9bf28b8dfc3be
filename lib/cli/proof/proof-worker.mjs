import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundlePage, bundleTypeScript, importTypeScript } from '../launch/typescript.mjs';

// A process that runs one proof after the other, as its parent sends them: libraries load once for many runs.
const root = join(import.meta.dirname, '../../..');
const { version } = /** @type {{ version: string }} */ (
  JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
);
const { serveProofs } = /** @type {typeof import('./proof-worker.ts')} */ (
  await importTypeScript('lib/cli/proof/proof-worker.ts')
);
serveProofs({ root, version, importVitest: () => import('vitest/node'), bundleTypeScript, bundlePage });
