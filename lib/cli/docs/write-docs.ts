import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../../foundation/atomic-file.ts';
import { coveragePage } from '../../proof/coverage-page.ts';
import { requirementRowSchema } from '../../proof/requirement.ts';
import { absencePage } from '../../reporting/capability-page.ts';
import { errorCatalogue } from '../../reporting/error-catalogue.ts';
import { hypothesisCatalogue } from '../../reporting/hypothesis-catalogue.ts';
import { backendFaults, readFaultMatrix } from '../target/fault-catalogue.ts';
import { faultPage } from './fault-page.ts';
import type { Invocation } from '../launch/invocation.ts';
import { readPlan } from '../policy/plan-file.ts';
import { policySchemas } from '../policy/policy-schema.ts';

const rowsModuleSchema = z.looseObject({ REQUIREMENT_ROWS: z.array(requirementRowSchema).min(1) });

/** Writes the pages that are generated. @param rowsModule what fixtures/requirement-rows.ts exports. */
export async function writeDocs(
  root: string,
  rowsModule: unknown,
  bundleTypeScript: Invocation['bundleTypeScript'],
): Promise<void> {
  const { REQUIREMENT_ROWS: rows } = rowsModuleSchema.parse(rowsModule);
  const pages = {
    'docs/errors.md': errorCatalogue(),
    'docs/hypotheses.md': hypothesisCatalogue(),
    'docs/FAULTS.md': faultPage(backendFaults(root), await readFaultMatrix({ bundleTypeScript })),
    ...policySchemas(),
    'docs/CAPABILITIES.md': absencePage(readPlan(root).checks),
    'docs/COVERAGE.md': coveragePage(rows, readPlan(root).checks),
  };
  for (const [page, content] of Object.entries(pages)) {
    writeFileAtomic(join(root, page), content);
    process.stdout.write(`${page} written\n`);
  }
}
