import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { storeShard } from '../lib/cli/testing/stored-shard.ts';
import { planHash } from '../lib/evidence/plan.ts';
import { systemClock } from '../lib/foundation/clock.ts';
import { writeLine } from './output.ts';
import { formatSummary, summarize } from './statistics.ts';
import { syntheticRun } from './synthetic-run.ts';

/**
 * Time in which every report file of a run of 10,000 evidence records is written, and the size of its page (issue 5). Measured
 * on `stagegate merge` of its one shard, as a process: start of Node, reading, sealing and the scan for secrets are in it.
 * Options: `--rounds N` (default 7), `--records N` (default 10 000).
 */
const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '7' }, records: { type: 'string', default: '10000' } },
});
const MAX_MS = 2_000;
const MAX_PAGE_BYTES = 3 * 1_000_000;
const base = mkdtempSync(join(tmpdir(), 'stagegate-bench-reports-'));
try {
  const { checks, evidence } = syntheticRun(Number(options.records));
  const planned = checks.map(({ selected: _s, verdict: _v, attempts: _a, ...check }) => check);
  const part = storeShard(base, evidence, {
    checks,
    plan: { hash: planHash({ schema: 1, checks: planned }), manifestHash: 'c'.repeat(64) },
  });
  const merge = (round: number): { readonly ms: number; readonly folder: string } => {
    const out = join(base, `out-${round}`);
    const startedAtMs = systemClock.now();
    const { status, stderr } = spawnSync(
      process.execPath,
      ['lib/cli/stagegate.mjs', 'merge', part, '--out', out],
      { encoding: 'utf8' },
    );
    const ms = systemClock.now() - startedAtMs;
    // The synthetic run has reds: anything but NO-GO means that its files are not those of a whole run.
    if (status !== 1) throw new Error(`expected exit 1 of merge, got ${String(status)}: ${stderr}`);
    return { ms, folder: realpathSync(join(out, 'latest')) };
  };
  // The first one may build the bundle of the sources.
  const { folder } = merge(0);
  const times = Array.from({ length: Number(options.rounds) }, (_, at) => merge(at + 1).ms);
  const summary = summarize(times);
  writeLine(formatSummary(`files of ${evidence.length} records, process`, 'ms', summary, 0));
  const sizes = readdirSync(folder).map((name) => [name, statSync(join(folder, name)).size] as const);
  for (const [name, bytes] of sizes)
    writeLine(`  ${name.padEnd(24)} ${(bytes / 1_000).toFixed(0).padStart(8)} kB`);
  const page = sizes.find(([name]) => name === 'report.html')?.[1] ?? null;
  const isFast = summary.median < MAX_MS;
  const isSmall = page === null || page < MAX_PAGE_BYTES;
  writeLine(`written in < ${MAX_MS} ms (median): ${isFast ? 'yes' : 'NO'}`);
  writeLine(
    `report.html < ${MAX_PAGE_BYTES / 1_000_000} MB: ${page === null ? 'there is none yet' : isSmall ? 'yes' : 'NO'}`,
  );
  process.exitCode = isFast && isSmall ? 0 : 1;
} finally {
  rmSync(base, { recursive: true, force: true });
}
