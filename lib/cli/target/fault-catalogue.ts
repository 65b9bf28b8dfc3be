import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { HarnessError } from '../../foundation/errors.ts';
import { type FaultExpectation, faultExpectationSchema } from '../../proof/expectation.ts';
import type { Invocation } from '../launch/invocation.ts';

const catalogueSchema = z
  .array(
    z.looseObject({
      name: z.string(),
      summary: z.string(),
      parameter: z.looseObject({ name: z.string(), unit: z.string(), default: z.string() }).nullable(),
      origin: z.string().min(1),
      group: z.string().min(1),
    }),
  )
  .min(1);
/** A fault as the reference backend describes it. */
export type CatalogueEntry = z.infer<typeof catalogueSchema>[number];

/** Asks the reference backend for its faults. @throws {HarnessError} `BACKEND_START_FAILED`. */
export function backendFaults(root: string): readonly CatalogueEntry[] {
  const program = [join(root, 'lib/cli/launch/run-typescript.mjs'), 'fixtures/reference-backend/main.ts'];
  const { stdout, status } = spawnSync(process.execPath, [...program, '--list-faults'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) {
    throw new HarnessError(
      'BACKEND_START_FAILED',
      `expected the fault catalogue of the backend, got exit ${status ?? '?'}`,
    );
  }
  return catalogueSchema.parse(JSON.parse(stdout));
}

const MATRIX_FILE = 'fixtures/fault-matrix.ts';
const matrixModuleSchema = z.looseObject({ FAULT_MATRIX: z.array(faultExpectationSchema).min(1) });

/** Reads what every fault must lead to. @throws {HarnessError} `CONFIG_INVALID` for an entry that cannot be meant. */
export async function readFaultMatrix(
  invocation: Pick<Invocation, 'bundleTypeScript'>,
): Promise<readonly FaultExpectation[]> {
  const bundle = (await invocation.bundleTypeScript([MATRIX_FILE])).get(MATRIX_FILE);
  if (bundle === undefined) throw new TypeError(`expected a bundle of ${MATRIX_FILE}`);
  const parsed = matrixModuleSchema.safeParse(await import(pathToFileURL(bundle).href));
  const problems = parsed.success
    ? repeated(parsed.data.FAULT_MATRIX.map(({ fault }) => fault)).map((name) => `${name} is named twice`)
    : [z.prettifyError(parsed.error)];
  if (!parsed.success || problems.length > 0) {
    throw new HarnessError('CONFIG_INVALID', `${MATRIX_FILE} is not valid: ${problems.join('; ')}`, {
      next: 'See fixtures/fault-matrix/fault-expectation.ts.',
    });
  }
  return parsed.data.FAULT_MATRIX;
}

function repeated(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
}
