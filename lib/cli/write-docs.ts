import { join } from 'node:path';
import { writeFileAtomic } from '../foundation/atomic-file.ts';
import { errorCatalogue } from '../reporting/error-catalogue.ts';
import { hypothesisCatalogue } from '../reporting/hypothesis-catalogue.ts';

// `npm run docs`, from the project folder: writes the pages that are generated from code.
for (const [page, content] of [
  ['docs/errors.md', errorCatalogue()],
  ['docs/hypotheses.md', hypothesisCatalogue()],
] as const) {
  writeFileAtomic(join(process.cwd(), page), content);
  process.stdout.write(`${page} written\n`);
}
