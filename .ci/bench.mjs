import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

// Runs every benchmark, one after the other on a quiet machine: node .ci/bench.mjs [program]...
// Each prints its ratios to a floor of the same run and exits 1 below its bar.
const PROGRAMS = ['contract-throughput', 'openings', 'gate-wall', 'report-files', 'diagnosis-cost'];

const root = join(import.meta.dirname, '..');
const wanted = process.argv.length > 2 ? process.argv.slice(2) : PROGRAMS;
const below = wanted.filter((name) => {
  process.stdout.write(`\n--- ${name}\n`);
  const { status } = spawnSync(process.execPath, ['lib/cli/launch/run-typescript.mjs', `bench/${name}.ts`], {
    cwd: root,
    stdio: 'inherit',
  });
  return status !== 0;
});
if (below.length > 0) process.stdout.write(`\nbelow its bar, or failed: ${below.join(', ')}\n`);
process.exitCode = below.length === 0 ? 0 : 1;
