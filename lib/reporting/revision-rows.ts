import { sameRevision } from '../contract/revision.ts';
import type { RevisionReading, RunRecord } from '../evidence/run-record.ts';

/** Where a revision was read: before the checks, on a connection, in any other answer, or after the last check. */
export type RevisionOrigin = 'ladder' | 'connection' | 'answer' | 'end';

/** How a reading stands to the revision that was expected. */
export type RevisionStanding = 'the expected one' | 'another one' | 'hidden' | 'none was expected';

/** One reading, or several equal ones in a row. */
export interface RevisionRow extends Omit<RevisionReading, 'connections'> {
  readonly origin: RevisionOrigin;
  readonly standing: RevisionStanding;
  readonly connections: readonly string[];
}

/** Who saw which revision, in order of time: more than one row of a source is a change during the run. */
export function revisionRows(record: RunRecord): readonly RevisionRow[] {
  const ends = lastEnds(record);
  return record.revision.readings
    .map((reading): RevisionRow => ({
      ...reading,
      connections: reading.connections ?? [],
      origin: originOf(reading, ends),
      standing: standingOf(reading.revision, record.revision.expected),
    }))
    .toSorted((a, b) => a.firstAtMs - b.firstAtMs);
}

function standingOf(seen: string | null, expected: string | null): RevisionStanding {
  if (seen === null) return 'hidden';
  if (expected === null) return 'none was expected';
  return sameRevision(seen, expected) ? 'the expected one' : 'another one';
}

function originOf(reading: RevisionReading, ends: ReadonlyMap<string, number>): RevisionOrigin {
  if (reading.connections !== undefined) return 'connection';
  if (reading.source.startsWith('header ')) return 'answer';
  const endMs = ends.get(shardOf(reading.evidence));
  return endMs !== undefined && reading.firstAtMs >= endMs ? 'end' : 'ladder';
}

/** When the last check of each shard had ended; a run of its own is one shard. */
function lastEnds({ checks }: RunRecord): ReadonlyMap<string, number> {
  const ends = new Map<string, number>();
  for (const { startedAtMs, durationMs, evidence } of checks.flatMap(({ attempts }) => attempts)) {
    const [first] = evidence.refs;
    if (first === undefined) continue;
    const shard = shardOf(first);
    ends.set(shard, Math.max(ends.get(shard) ?? 0, startedAtMs + durationMs));
  }
  return ends;
}

/** A merged run names its shards at the beginning of its ids, as `s2.w1-7`. */
function shardOf(id: string): string {
  return /^s\d+\./.exec(id)?.[0] ?? '';
}
