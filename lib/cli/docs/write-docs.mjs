import { join } from 'node:path';
import { bundleTypeScript, importTypeScript } from '../launch/typescript.mjs';

// `npm run docs`: writes the pages that are generated from code and data.
const { writeDocs } = /** @type {typeof import('./write-docs.ts')} */ (
  await importTypeScript('lib/cli/docs/write-docs.ts')
);
await writeDocs(
  join(import.meta.dirname, '../../..'),
  await importTypeScript('fixtures/requirement-rows.ts'),
  bundleTypeScript,
);
