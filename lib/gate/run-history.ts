import { z } from 'zod';
import type { FlakyCheck, LastGo } from '../evidence/baseline.ts';
import { proportion } from '../evidence/proportion.ts';
import type { RememberedShard } from '../evidence/run-merge.ts';
import { type RunRecord, SCOPES } from '../evidence/run-record.ts';
import { type Verdict, VERDICTS } from '../evidence/verdict.ts';
import { type Decision, DECISIONS } from './decision.ts';

/** What one ended run leaves for later ones: a line of `reports/history.ndjson`. */
export const historyEntrySchema = z.strictObject({
  schema: z.literal(1),
  runId: z.string(),
  environment: z.string(),
  scope: z.enum(SCOPES),
  decision: z.enum(DECISIONS),
  decidedAt: z.string(),
  /** The one revision that answered; null when it was hidden, mixed or not read. */
  revision: z.string().nullable(),
  planHash: z.string(),
  /** SHA-256 of the record that was judged, and whether its policy asks at least what the built-in full one does; older lines lack both. */
  recordHash: z.string().optional(),
  strict: z.boolean().optional(),
  /** What tells the shards of one pipeline run: absent in any other run and in older lines. */
  shard: z.strictObject({ index: z.int(), count: z.int(), seed: z.int() }).optional(),
  verdicts: z.record(z.string(), z.enum(VERDICTS)),
});
export type HistoryEntry = z.infer<typeof historyEntrySchema>;

/** What later runs may know of this one. */
export function historyEntry(record: RunRecord, decision: Decision): HistoryEntry {
  const { seen } = decision.revision;
  const verdicts: Record<string, Verdict> = {};
  for (const { id, verdict } of record.checks) verdicts[id] = verdict;
  const { shard } = record.selection;
  return {
    schema: 1,
    runId: record.runId,
    environment: record.target.environment,
    scope: record.selection.scope,
    decision: decision.decision,
    decidedAt: decision.decidedAt,
    revision: seen.length === 1 && seen[0] !== 'hidden' ? (seen[0] ?? null) : null,
    planHash: record.plan.hash,
    recordHash: decision.recordHash,
    strict: decision.policy.weaker.length === 0,
    ...(shard === null ? {} : { shard: { ...shard, seed: record.seed } }),
    verdicts,
  };
}

/**
 * The newest GO of an environment from a whole run, judged at least as strictly as by the built-in policy; a filter, a shard,
 * a short plan or a weaker policy is no proof of a release.
 */
export function lastGo(history: readonly HistoryEntry[], environment: string): LastGo | null {
  const found = lastStrictGo(history, environment);
  return found === null ? null : { runId: found.runId, revision: found.revision, decidedAt: found.decidedAt };
}

/** As `lastGo`, the whole line. */
export function lastStrictGo(history: readonly HistoryEntry[], environment: string): HistoryEntry | null {
  return (
    history.findLast(
      (entry) =>
        entry.environment === environment &&
        entry.scope === 'full' &&
        entry.decision === 'GO' &&
        entry.strict === true,
    ) ?? null
  );
}

/** Runs of a check on one revision that are looked at, newest first. */
const FLAKE_WINDOW = 50;

/** Checks that changed their mind on one revision of an environment, by how often they failed; unknowns count as neither. */
export function flakyChecks(
  history: readonly HistoryEntry[],
  environment: string,
  revision: string,
): readonly FlakyCheck[] {
  const runs = history
    .filter((entry) => entry.environment === environment && entry.revision === revision)
    .slice(-FLAKE_WINDOW);
  const ids = [...new Set(runs.flatMap(({ verdicts }) => Object.keys(verdicts)))].sort();
  return ids
    .flatMap((id) => {
      const verdicts = runs.flatMap(({ verdicts: all }) => all[id] ?? []);
      const failures = verdicts.filter((verdict) => verdict === 'failed').length;
      const passes = verdicts.filter((verdict) => verdict === 'passed').length;
      const share = proportion(failures, failures + passes);
      if (share === null || failures === 0 || passes === 0) return [];
      return [{ id, failures, n: share.n, low: share.low, high: share.high }];
    })
    .sort((a, b) => b.failures / b.n - a.failures / a.n);
}

/** The shards among earlier runs, for a merge to know of those that were not handed to it. */
export function rememberedShards(history: readonly HistoryEntry[]): readonly RememberedShard[] {
  return history.flatMap(({ runId, environment, planHash, shard, verdicts }) => {
    if (shard === undefined) return [];
    const { seed, ...place } = shard;
    const failed = Object.keys(verdicts).filter((id) => verdicts[id] === 'failed');
    return [{ runId, environment, planHash, seed, shard: place, failed }];
  });
}
