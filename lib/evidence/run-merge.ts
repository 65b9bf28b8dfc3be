import { contentHash } from '../foundation/canonical-json.ts';
import type { Evidence } from './evidence.ts';
import { metricsOf } from './metric.ts';
import type { RecordedCheck, RunRecord, RungResult } from './run-record.ts';
import { foldSeen } from './seen-behaviour.ts';
import { worstVerdict } from './verdict.ts';

/** One shard as it was stored. */
export interface RunPart {
  readonly record: RunRecord;
  readonly evidence: readonly Evidence[];
  /** What is wrong with its files; empty when they are as the run wrote them. */
  readonly problems: readonly string[];
}

/** The whole run that shards make up, before its evidence is sealed. */
export interface MergedRun {
  readonly record: Omit<RunRecord, 'evidence'>;
  readonly evidence: readonly Evidence[];
}

/** A run of a shard that a reports folder remembers, handed in or not. */
export interface RememberedShard {
  readonly runId: string;
  readonly environment: string;
  readonly planHash: string;
  readonly seed: number;
  readonly shard: { readonly index: number; readonly count: number };
  /** Ids of the checks that failed. */
  readonly failed: readonly string[];
}

/**
 * Puts the shards of one run together. What is missing, handed in twice, altered or from another run is named in
 * `record.merge.problems`; a shard that is foreign adds nothing. The same parts always give the same record.
 * @param remembered ended runs of shards that the folders of the parts know of; a red one of the same shard and seed is a problem
 * @throws {RangeError} without any shard.
 */
export function mergeRuns(parts: readonly RunPart[], remembered: readonly RememberedShard[] = []): MergedRun {
  const shards = parts.filter(({ record }) => record.selection.shard !== null).sort(byIndex);
  const [first] = shards;
  if (first === undefined) throw new RangeError('expected at least one shard, got none');
  const own = shards.filter(
    (part, at) => differences(part, first).length === 0 && !isAmong(part, shards.slice(0, at)),
  );
  const startedAt = own.map(({ record }) => record.startedAt).sort()[0] ?? first.record.startedAt;
  const moved = own.map((part) => relabel(part, Date.parse(part.record.startedAt) - Date.parse(startedAt)));
  const records = moved.map(({ record }) => record);
  const endedAt = records
    .map((record) => record.endedAt ?? record.decidedAt)
    .sort()
    .at(-1);
  // Each part tells its own attempt.
  const { attempt: _first, ...base } = first.record;
  const evidence = moved.flatMap((part) => part.evidence);
  const scans = records.map(({ artifactScan }) => artifactScan);
  const others = leftOut(own, parts, remembered);
  return {
    record: {
      ...base,
      runId: `${base.runId.replace(/-[0-9a-f]+$/, '')}-merged-${contentHash(parts.map(({ record }) => contentHash(record)).sort()).slice(0, 6)}`,
      state: records.every(({ state }) => state === 'complete') ? 'complete' : 'interrupted',
      signal: null,
      startedAt,
      endedAt: endedAt ?? null,
      decidedAt: endedAt ?? base.decidedAt,
      warnings: [
        ...new Set(records.flatMap(({ warnings }) => warnings)),
        ...others.filter(({ failed }) => failed.length === 0).map(otherText),
      ],
      selection: {
        ...base.selection,
        scope: wholeScope(base),
        filters: [],
        shard: null,
      },
      preflight: worstRungs(records),
      revision: {
        ...base.revision,
        readings: records.flatMap(({ revision }) => revision.readings),
        ...(base.revision.fingerprint === undefined
          ? {}
          : {
              fingerprint: {
                ...base.revision.fingerprint,
                seen: [...foldSeen(records.flatMap(({ revision }) => revision.fingerprint?.seen ?? []))],
              },
            }),
      },
      checks: base.checks.map((check) => mergeCheck(check, records)),
      harnessFaults: records.flatMap(({ harnessFaults }) => harnessFaults),
      metrics: metricsOf(evidence),
      observer: {
        eventLoopLagP99Ms: Math.max(...records.map(({ observer }) => observer.eventLoopLagP99Ms)),
        eventLoopLagMaxMs: Math.max(...records.map(({ observer }) => observer.eventLoopLagMaxMs)),
        samples: records.reduce((sum, { observer }) => sum + observer.samples, 0),
      },
      artifactScan: {
        state: scans.every(({ state }) => state === 'clean')
          ? 'clean'
          : scans.some(({ state }) => state === 'leak')
            ? 'leak'
            : 'pending',
        files: [],
        findings: scans.flatMap(({ findings }) => findings),
      },
      merge: {
        count: base.selection.shard?.count ?? 0,
        parts: own.map(({ record }) => ({
          index: record.selection.shard?.index ?? 0,
          runId: record.runId,
          seed: record.seed,
          recordHash: contentHash(record),
          ...(record.attempt === undefined ? {} : { attempt: { ...record.attempt } }),
        })),
        problems: [
          ...partProblems(parts, first),
          ...missingShards(own, base.selection.shard?.count ?? 0),
          ...others.filter(({ failed }) => failed.length > 0).map(otherText),
        ],
      },
    },
    evidence,
  };
}

/** Shards of one run are begun together; what is further apart is evidence of another day. */
const MAX_APART_MS = 24 * 60 * 60_000;

const indexOf = ({ record }: RunPart): number => record.selection.shard?.index ?? 0;
const byIndex = (a: RunPart, b: RunPart): number =>
  indexOf(a) === indexOf(b) ? (a.record.runId < b.record.runId ? -1 : 1) : indexOf(a) - indexOf(b);

/** Whether one shard was handed in before, so that nothing of it counts twice. */
function isAmong({ record }: RunPart, earlier: readonly RunPart[]): boolean {
  return earlier.some((part) => part.record.runId === record.runId);
}

/** The scope that the parts make up together: a short plan stays one. */
function wholeScope(record: RunRecord): RunRecord['selection']['scope'] {
  const { resolved } = record.policy;
  const isWhole =
    typeof resolved === 'object' && resolved !== null && 'checks' in resolved && resolved.checks === 'all';
  return isWhole ? 'full' : 'smoke';
}

/**
 * In what a shard is not of the same run as the first: its plan, its policy, its target, what was asked of the gate. The seed is
 * what the shards of one pipeline run share and those of another do not: without it, a red of one run is hidden by a green
 * shard of another.
 */
function differences({ record }: RunPart, { record: first }: RunPart): readonly string[] {
  const same: readonly (readonly [string, (of: RunRecord) => unknown])[] = [
    ['number of shards', ({ selection }) => selection.shard?.count ?? null],
    ['scope', ({ selection }) => selection.scope],
    ['plan', ({ plan }) => plan],
    ['policy', ({ policy }) => policy.hash],
    ['target', ({ target }) => (target.embedded ? { environment: target.environment } : target)],
    ['expected revision', ({ revision, target }) => (target.embedded ? null : revision.expected)],
    ['change, waivers or accepted conditions', ({ gate }) => gate],
    ['harness', ({ harness }) => harness.version],
    ['time scale', ({ timeScale }) => timeScale],
    ['seed', ({ seed }) => seed],
  ];
  return same.filter(([, of]) => contentHash(of(record)) !== contentHash(of(first))).map(([name]) => name);
}

function partProblems(parts: readonly RunPart[], first: RunPart): readonly string[] {
  const seen = new Map<number, string>();
  return [...parts].sort(byIndex).flatMap((part) => {
    const { runId, selection, state } = part.record;
    if (selection.shard === null) return [`${runId} is no shard`];
    const name = `shard ${selection.shard.index} of ${selection.shard.count} (${runId})`;
    const foreign = differences(part, first);
    if (foreign.length > 0) return [`${name} is of another run: other ${foreign.join(', ')}`];
    const apartMs = Math.abs(Date.parse(part.record.startedAt) - Date.parse(first.record.startedAt));
    const before = seen.get(selection.shard.index);
    seen.set(selection.shard.index, runId);
    return [
      ...(before === undefined
        ? []
        : [before === runId ? `${name} is named twice` : `${name} is there twice, also as ${before}`]),
      ...(apartMs > MAX_APART_MS ? [`${name} was begun more than a day apart from the first`] : []),
      ...(state === 'complete' ? [] : [`${name} did not end: ${state}`]),
      ...part.problems.map((problem) => `${name} was altered: ${problem}`),
    ];
  });
}

const MOST_NAMED = 4;

/** Runs of a shard that is merged, under the same seed, which are not merged themselves: the seed alone does not tell them apart. */
function leftOut(
  own: readonly RunPart[],
  parts: readonly RunPart[],
  remembered: readonly RememberedShard[],
): readonly RememberedShard[] {
  const given = new Set(parts.map(({ record }) => record.runId));
  const isSame = (other: RememberedShard, { selection, target, plan, seed }: RunRecord): boolean =>
    selection.shard?.index === other.shard.index &&
    selection.shard.count === other.shard.count &&
    target.environment === other.environment &&
    plan.hash === other.planHash &&
    seed === other.seed;
  const found = remembered.filter(
    (other) => !given.has(other.runId) && own.some(({ record }) => isSame(other, record)),
  );
  return [...new Map(found.map((other) => [other.runId, other])).values()].sort((a, b) =>
    a.runId < b.runId ? -1 : 1,
  );
}

function otherText({ runId, shard, failed }: RememberedShard): string {
  const more = failed.length > MOST_NAMED ? ` and ${failed.length - MOST_NAMED} more` : '';
  const what =
    failed.length === 0
      ? 'no check failed there'
      : `${failed.slice(0, MOST_NAMED).join(', ')}${more} failed there, and no other run of the shard takes that back`;
  return `shard ${shard.index} of ${shard.count} was run as ${runId} too, under the same seed, which is not handed in: ${what}`;
}

function missingShards(parts: readonly RunPart[], count: number): readonly string[] {
  const there = new Set(parts.map(({ record }) => record.selection.shard?.index));
  return Array.from({ length: count }, (_, at) => at + 1)
    .filter((index) => !there.has(index))
    .map((index) => `shard ${index} of ${count} is missing`);
}

/** A check is asked in one shard; were it in several, the worst verdict would count. */
function mergeCheck(planned: RecordedCheck, records: readonly RunRecord[]): RecordedCheck {
  const asked = records.flatMap(({ checks }) =>
    checks.filter(({ id, selected }) => selected && id === planned.id),
  );
  return {
    ...planned,
    selected: asked.length > 0,
    verdict: worstVerdict(asked.map(({ verdict }) => verdict)),
    attempts: asked.flatMap(({ attempts }) => attempts),
  };
}

const RUNG_ORDER: readonly RungResult['state'][] = [
  'broken',
  'undecided',
  'blocked',
  'held',
  'not-applicable',
];

/** Every shard climbs the ladder; of each rung the worst climb is told. */
function worstRungs(records: readonly RunRecord[]): RungResult[] {
  const rungs = records.flatMap(({ preflight }) => preflight);
  return [...new Set(rungs.map(({ rung }) => rung))].flatMap((name) =>
    rungs
      .filter(({ rung }) => rung === name)
      .sort((a, b) => RUNG_ORDER.indexOf(a.state) - RUNG_ORDER.indexOf(b.state))
      .slice(0, 1),
  );
}

/** Gives every record of a shard an id of its own in the whole, and puts its times on the clock of the whole. */
function relabel(
  part: RunPart,
  offsetMs: number,
): { readonly record: RunRecord; readonly evidence: readonly Evidence[] } {
  const prefix = `s${part.record.selection.shard?.index ?? 0}.`;
  const ids = (list: readonly string[]): string[] => list.map((id) => `${prefix}${id}`);
  const { record } = part;
  return {
    record: {
      ...record,
      preflight: record.preflight.map((rung) => ({ ...rung, evidence: ids(rung.evidence) })),
      revision: {
        ...record.revision,
        readings: record.revision.readings.map((reading) => ({
          ...reading,
          evidence: `${prefix}${reading.evidence}`,
          ...(reading.connections === undefined ? {} : { connections: ids(reading.connections) }),
          firstAtMs: reading.firstAtMs + offsetMs,
          lastAtMs: reading.lastAtMs + offsetMs,
        })),
        ...(record.revision.fingerprint === undefined
          ? {}
          : {
              fingerprint: {
                ...record.revision.fingerprint,
                seen: record.revision.fingerprint.seen.map((one) => ({
                  ...one,
                  evidence: `${prefix}${one.evidence}`,
                  firstAtMs: one.firstAtMs + offsetMs,
                  lastAtMs: one.lastAtMs + offsetMs,
                })),
              },
            }),
      },
      checks: record.checks.map((check) => ({
        ...check,
        attempts: check.attempts.map((attempt) => ({
          ...attempt,
          startedAtMs: attempt.startedAtMs + offsetMs,
          violations: attempt.violations.map((violation) =>
            violation.evidence === undefined
              ? violation
              : { ...violation, evidence: ids(violation.evidence) },
          ),
          evidence: { ...attempt.evidence, refs: ids(attempt.evidence.refs) },
        })),
      })),
    },
    evidence: part.evidence.map((one) => ({
      id: `${prefix}${one.id}`,
      check: one.check,
      atMs: one.atMs + offsetMs,
      wallTime: one.wallTime,
      body:
        'connection' in one.body ? { ...one.body, connection: `${prefix}${one.body.connection}` } : one.body,
    })),
  };
}
