import { join } from 'node:path';
import { writeFileAtomic } from '../foundation/atomic-file.ts';
import { errorCatalogue } from '../reporting/error-catalogue.ts';

// `npm run docs`, from the project folder: writes the pages that are generated from code.
const page = 'docs/errors.md';
writeFileAtomic(join(process.cwd(), page), errorCatalogue());
process.stdout.write(`${page} written\n`);
