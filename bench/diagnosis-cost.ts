import { readFileSync } from 'node:fs';
import { runStagegate } from '../lib/cli/testing/project-copy.ts';
import { parseEvidenceLine } from '../lib/evidence/evidence-line.ts';
import { TemporaryFolder } from '../lib/foundation/testing/temporary-folder.ts';
import { writeLine } from './output.ts';
import { formatSummary, summarize } from './statistics.ts';

const ROUNDS = 3;
const BAR_MS = 10_000;
/** Null is a green run: it must make no probe at all. */
const FAULTS: readonly (string | null)[] = [
  null,
  'down',
  'readiness-degraded',
  'reject-all-tokens',
  'handshake-403',
  'close-1011-on-connect',
  'stalls-after-started',
];

/** Wall time of a whole smoke run, and how many probes it recorded. */
async function runOnce(
  fault: string | null,
  words: readonly string[],
): Promise<{ readonly elapsedMs: number; readonly probes: number }> {
  using folder = new TemporaryFolder();
  const startedAt = performance.now();
  await runStagegate(undefined, [
    'run',
    '--smoke',
    '--seed',
    '7',
    '--out',
    folder.path,
    ...(fault === null ? [] : ['--fault', fault]),
    ...words,
  ]);
  const elapsedMs = performance.now() - startedAt;
  const lines = readFileSync(folder.file('latest/evidence.ndjson'), 'utf8').split('\n');
  const probes = lines.filter(
    (line) => line !== '' && parseEvidenceLine(line, 'evidence.ndjson').body.kind === 'probe',
  ).length;
  return { elapsedMs, probes };
}

let isMet = true;
for (const fault of FAULTS) {
  const added: number[] = [];
  let probes = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const without = await runOnce(fault, ['--no-probes']);
    const withProbes = await runOnce(fault, []);
    added.push(withProbes.elapsedMs - without.elapsedMs);
    probes = Math.max(probes, withProbes.probes);
  }
  const summary = summarize(added);
  const name = fault ?? 'green';
  writeLine(`${formatSummary(`${name}: added by ${probes} probes`, 'ms', summary, 0)}`);
  if (summary.median >= BAR_MS || (fault === null && probes > 0)) isMet = false;
}
writeLine(`bar: less than ${BAR_MS} ms added to a red run, no probe in a green one`);
if (!isMet) process.exitCode = 1;
