import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEvidenceLine } from '../lib/evidence/evidence-line.ts';
import type { Evidence } from '../lib/evidence/evidence.ts';
import { type RunRecord, runRecordSchema } from '../lib/evidence/run-record.ts';

/** A run that hangs is ended, and counts as not recorded. */
const RUN_BUDGET_MS = 120_000;

/** One recorded run with the faults that were on. */
export interface RecordedRun {
  readonly name: string;
  readonly faults: readonly string[];
  readonly record: RunRecord;
  readonly evidence: readonly Evidence[];
}

/** What is to be recorded: faults joined by a plus sign, an at sign, the seed. */
export function runName(faults: readonly string[], seed: number): string {
  return `${faults.join('+')}@${seed}`;
}

/** Records what the folder does not hold yet, `jobs` runs at a time. */
export async function recordRuns(folder: string, names: readonly string[], jobs: number): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const waiting = names.filter((name) => readRun(folder, name) === null);
  await Promise.all(
    Array.from({ length: jobs }, async () => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift())
        await recordRun(folder, name);
    }),
  );
}

async function recordRun(folder: string, name: string): Promise<void> {
  const [faults = '', seed = '1'] = name.split('@');
  const flags = faults.split('+').flatMap((fault) => ['--fault', fault]);
  const child = spawn(
    process.execPath,
    ['lib/cli/stagegate.mjs', 'run', ...flags, '--seed', seed, '--out', join(folder, name)],
    { stdio: 'ignore' },
  );
  const timer = setTimeout(() => child.kill('SIGTERM'), RUN_BUDGET_MS);
  await new Promise<void>((resolve) => child.once('exit', () => resolve()));
  clearTimeout(timer);
}

/** Reads a recorded run; null when it was never recorded, or did not come to its end. */
export function readRun(folder: string, name: string): RecordedRun | null {
  const latest = join(folder, name, 'latest');
  if (!existsSync(join(latest, 'evidence.ndjson'))) return null;
  const record = runRecordSchema.safeParse(JSON.parse(readFileSync(join(latest, 'run.json'), 'utf8')));
  if (!record.success || record.data.state !== 'complete') return null;
  const lines = readFileSync(join(latest, 'evidence.ndjson'), 'utf8').split('\n');
  const evidence = lines.flatMap((line) => (line === '' ? [] : [parseEvidenceLine(line, name)]));
  return { name, faults: (name.split('@')[0] ?? '').split('+'), record: record.data, evidence };
}

/** The same run under other names of checks and faults: no label may depend on them. */
export function renamed(run: RecordedRun): RecordedRun {
  const ids = run.record.checks.map(({ id }) => id);
  const rename = (text: string): string => {
    let out = text;
    for (const [at, id] of ids.entries()) {
      const letter = String.fromCodePoint(65 + Math.floor(at / 100));
      out = out.replaceAll(`"${id}"`, `"ZZ-${letter}-${String(at % 100).padStart(2, '0')}"`);
    }
    for (const fault of run.faults) out = out.replaceAll(fault, 'renamed');
    return out;
  };
  const { record, evidence } = run;
  return {
    ...run,
    record: runRecordSchema.parse(JSON.parse(rename(JSON.stringify(record)))),
    evidence: evidence.map((one) => parseEvidenceLine(rename(JSON.stringify(one)), run.name)),
  };
}
