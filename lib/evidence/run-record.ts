import { STOP_SIGNALS } from '../foundation/stop-signal.ts';
import { z } from 'zod';
import { HARNESS_ERROR_CODES } from '../foundation/errors.ts';
import { baselineSchema, flakyCheckSchema, lastGoSchema } from './baseline.ts';
import { checkResultSchema } from './check-result.ts';
import { fingerprintSchema } from './fingerprint.ts';
import { metricSchema } from './metric.ts';
import { plannedCheckSchema } from './plan.ts';
import { proofScoreSchema } from './proof-score.ts';
import { VERDICTS } from './verdict.ts';
import { waiverSchema } from './waiver.ts';

/** How much of the plan was asked for (design.md §13.1). */
export const SCOPES = ['full', 'smoke', 'partial', 'shard'] as const;
export type Scope = (typeof SCOPES)[number];

export const rungResultSchema = z.strictObject({
  rung: z.string(),
  title: z.string(),
  owner: z.string(),
  state: z.enum(['held', 'broken', 'undecided', 'blocked', 'not-applicable']),
  /** The lowest rung that does not hold, for a blocked one. */
  blockedBy: z.string().nullable(),
  /** Expected, got and next step in one sentence each. */
  expected: z.string(),
  actual: z.string(),
  next: z.string(),
  rule: z.string().nullable(),
  /** What a reader should know although the rung holds. */
  warnings: z.array(z.string()),
  elapsedMs: z.number(),
  evidence: z.array(z.string()),
});
export type RungResult = z.infer<typeof rungResultSchema>;

/** One reading of the deployed revision; null when the target did not say. */
const revisionReadingSchema = z.strictObject({
  /** Where it was read: a path, or a response header. */
  source: z.string(),
  revision: z.string().nullable(),
  /** Times of the first and last of `count` equal readings in a row. */
  firstAtMs: z.number(),
  lastAtMs: z.number(),
  count: z.int(),
  /** Record of the first reading. */
  evidence: z.string(),
  /** Connections whose opening handshake told it, the first twenty of them; absent for a reading over HTTP. */
  connections: z.array(z.string()).optional(),
});
export type RevisionReading = z.infer<typeof revisionReadingSchema>;

/** A fault of the harness itself: whatever the checks say, the run is void. */
const harnessFaultSchema = z.strictObject({
  code: z.enum(HARNESS_ERROR_CODES),
  message: z.string(),
  next: z.string().nullable(),
});
export type HarnessFault = z.infer<typeof harnessFaultSchema>;

/** Which attempt of a pipeline's job a run is, counted from 1, and the variable that told it. */
const ciAttemptSchema = z.strictObject({ variable: z.string(), number: z.int().min(1) });

/** A check of the record: its plan entry, the verdict over all attempts, and the attempts. */
const recordedCheckSchema = plannedCheckSchema.extend({
  /** False when a filter left it out: it is then `not-run` and the scope is partial. */
  selected: z.boolean(),
  verdict: z.enum(VERDICTS),
  attempts: z.array(checkResultSchema),
});
export type RecordedCheck = z.infer<typeof recordedCheckSchema>;

/**
 * Everything the decision reads, in one file: `run.json`. The decision is a pure function of it,
 * so it holds the resolved policy and the time at which it was judged (design.md §13.5).
 */
export const runRecordSchema = z.strictObject({
  schema: z.literal(1),
  runId: z.string(),
  state: z.enum(['running', 'complete', 'interrupted', 'refused']),
  signal: z.enum(STOP_SIGNALS).nullable(),
  harness: z.strictObject({ version: z.string(), node: z.string(), platform: z.string() }),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  decidedAt: z.string(),
  seed: z.int(),
  timeScale: z.number(),
  target: z.strictObject({
    environment: z.string(),
    /** The environment marker that the target must show. */
    marker: z.string(),
    embedded: z.boolean(),
    backendUrl: z.string(),
    authServiceUrl: z.string(),
    websocketUrl: z.string(),
    tokenSource: z.enum(['exchange', 'minted']).nullable(),
    refusalForm: z.string(),
  }),
  settings: z.array(z.strictObject({ name: z.string(), value: z.string(), origin: z.string() })),
  warnings: z.array(z.string()),
  selection: z.strictObject({
    scope: z.enum(SCOPES),
    filters: z.array(z.string()),
    repeat: z.int().min(1),
    shard: z.strictObject({ index: z.int(), count: z.int() }).nullable(),
  }),
  /** The shards that a merged run is made of, and what is wrong with them; null for any other run. */
  merge: z
    .strictObject({
      count: z.int(),
      parts: z.array(
        z.strictObject({
          index: z.int(),
          runId: z.string(),
          seed: z.int(),
          recordHash: z.string(),
          attempt: ciAttemptSchema.optional(),
        }),
      ),
      problems: z.array(z.string()),
    })
    .nullable(),
  /** Absent outside a pipeline, and in one that does not tell it. */
  attempt: ciAttemptSchema.optional(),
  policy: z.strictObject({ name: z.string(), hash: z.string(), resolved: z.unknown() }),
  /** What the caller asked of the gate, beside the policy. */
  gate: z.strictObject({
    /** CONDITIONAL GO exits 0; its conditions are printed all the same. */
    acceptConditional: z.boolean(),
    /** Checks that say whether the change did what it claims; empty when none was named. */
    change: z.array(z.string()),
    waivers: z.array(waiverSchema),
  }),
  plan: z.strictObject({ hash: z.string(), manifestHash: z.string() }),
  capabilities: z.array(
    z.strictObject({ capability: z.string(), owner: z.string(), reason: z.string(), expires: z.string() }),
  ),
  preflight: z.array(rungResultSchema),
  revision: z.strictObject({
    expected: z.string().nullable(),
    policy: z.enum(['required', 'fingerprint', 'unproven-accepted']),
    readings: z.array(revisionReadingSchema),
    /** Behaviours of the run, under a policy that judges by them; absent under any other. */
    fingerprint: fingerprintSchema.optional(),
  }),
  checks: z.array(recordedCheckSchema),
  harnessFaults: z.array(harnessFaultSchema),
  /** Whether separating probes were asked for after a red. Absent: nothing was red, or an older record. */
  probes: z.enum(['made', 'skipped']).optional(),
  /** What earlier runs in the same reports folder were diagnosed as, newest first. */
  history: z
    .array(z.strictObject({ runId: z.string(), cause: z.string(), symptoms: z.array(z.string()) }))
    .optional(),
  /** What changed since the run that was asked for; absent when none was. */
  baseline: baselineSchema.optional(),
  /** Absent when no earlier GO of the environment stands in the reports folder. */
  lastGo: lastGoSchema.optional(),
  /** Checks that both passed and failed on this revision in earlier runs. */
  flakes: z.array(flakyCheckSchema).optional(),
  /** What `prove` last showed of this harness; absent when no whole session of it stands in the reports folder. */
  proof: proofScoreSchema.optional(),
  /** What was measured of the target, for the thresholds of the policy; absent in an older record. */
  metrics: z.array(metricSchema).optional(),
  observer: z.strictObject({
    eventLoopLagP99Ms: z.number(),
    eventLoopLagMaxMs: z.number(),
    samples: z.int(),
  }),
  evidence: z.strictObject({
    records: z.int(),
    /** Hash of the last link of the chain in `evidence.ndjson`. */
    rootHash: z.string(),
    kinds: z.record(z.string(), z.int()),
  }),
  artifactScan: z.strictObject({
    state: z.enum(['pending', 'clean', 'leak']),
    files: z.array(z.string()),
    findings: z.array(z.strictObject({ file: z.string(), secret: z.string(), count: z.int() })),
  }),
});
export type RunRecord = z.infer<typeof runRecordSchema>;
