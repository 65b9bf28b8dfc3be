import { contentHash } from '../../foundation/canonical-json.ts';
import type { CheckResult, Reason } from '../check-result.ts';
import type { Metric } from '../metric.ts';
import { type PlannedCheck, planHash } from '../plan.ts';
import type { RecordedCheck, RunRecord } from '../run-record.ts';
import type { Verdict } from '../verdict.ts';
import type { Waiver } from '../waiver.ts';

const RULE = 'ORD-TERMINAL-MISSING';
const STARTED_AT = '2026-03-01T10:00:00.000Z';
const ENDED_AT = '2026-03-01T10:00:05.000Z';
export const SAMPLE_REVISION = 'a'.repeat(40);

/** What the policy of a sample record declares missing: checks that are skipped need it. */
export const SAMPLE_CAPABILITY = 'thread-api';

/** The absence that a policy declares of it. */
export const SAMPLE_MISSING = {
  capability: SAMPLE_CAPABILITY,
  owner: 'backend',
  reason: 'threads are not deployed there yet',
  expires: '2026-12-31',
} as const;

const limit = (metric: string, operator: string, value: number, unit: string, minSamples: number) => ({
  metric,
  statistic: 'worst',
  operator,
  limit: value,
  unit,
  minSamples,
});

/** As lib/gate/built-in-policy.ts, which this layer may not import; a test there holds both together. */
const POLICY = {
  schema: 1,
  name: 'default',
  checks: 'all',
  revision: 'required',
  missingCapabilities: [],
  thresholds: [
    limit('connection success', '>=', 0.95, 'ratio', 20),
    limit('close code 1011', '==', 0, 'count', 20),
    limit('readiness answer', '<=', 10_000, 'ms', 2),
    { ...limit('welcome', '<=', 5_000, 'ms', 20), statistic: 'p95' },
    limit('first event', '<=', 15_000, 'ms', 5),
    limit('whole turn', '<=', 90_000, 'ms', 5),
  ],
  flakeBudget: { maxInRun: 3, maxInHistory: 20 },
  maxUnknowns: 0,
  observer: { maxEventLoopLagP99Ms: 250 },
} as const;

const figure = (name: string, unit: Metric['unit'], low: number, high: number): Metric => ({
  name,
  unit,
  n: 20,
  missing: 0,
  min: low,
  max: high,
  mean: (low + high) / 2,
  p50: low,
  p95: high,
  p99: null,
  stuck: false,
  evidence: ['w1-1'],
});

/** Figures that hold every limit of the sample policy. */
const METRICS: readonly Metric[] = [
  figure('connection success', 'ratio', 1, 1),
  figure('close code 1011', 'count', 0, 0),
  figure('readiness answer', 'ms', 4, 9),
  figure('welcome', 'ms', 3, 8),
  figure('first event', 'ms', 10, 20),
  figure('whole turn', 'ms', 100, 200),
];

/** Why a verdict that decides nothing came about. */
const REASONS: Readonly<Partial<Record<Verdict, Reason>>> = {
  inconclusive: { code: 'HTTP_FAILED', message: 'expected an answer, got none', next: 'Look at it.' },
  blocked: { code: 'BLOCKED', message: 'what it stands on does not hold', next: 'Mend that first.' },
  skipped: { code: 'CAPABILITY_MISSING', message: 'declared missing by the policy', next: null },
  'not-run': { code: 'INTERRUPTED', message: 'the run was interrupted', next: null },
};

/** A planned check of the golden path. For unit tests. */
export function samplePlannedCheck(fields: Partial<PlannedCheck> = {}): PlannedCheck {
  return {
    id: 'AGENT-01',
    title: 'a chat turn reaches its terminal event',
    suite: 'agent-events',
    file: 'suites/agent-events/golden-turn.spec.ts',
    phase: 4,
    severity: 'critical',
    owner: 'agents',
    requires: [{ observation: 'chat.turn', floor: 1 }],
    rung: null,
    needs: [],
    capabilities: [],
    budgetMs: 60_000,
    requests: 4,
    covers: [],
    kind: 'requirement',
    ...fields,
  };
}

/** One attempt that a result schema accepts, with what its verdict demands. For unit tests. */
export function sampleAttempt(verdict: Verdict, fields: Partial<CheckResult> = {}): CheckResult {
  const isSeen = verdict === 'passed' || verdict === 'failed' || verdict === 'flaky';
  return {
    id: 'AGENT-01',
    verdict,
    attempt: 1,
    startedAtMs: 120.5,
    durationMs: 34.25,
    violations:
      verdict === 'failed'
        ? [
            {
              rule: RULE,
              expected: 'agent_completed',
              actual: 'silence',
              where: 'turn 1',
              evidence: ['w1-2'],
            },
          ]
        : [],
    warnings: [],
    reason: REASONS[verdict] ?? null,
    blockedBy: null,
    occurred: null,
    evidence: {
      ok: isSeen,
      observed: [{ observation: 'chat.turn', floor: 1, observed: isSeen ? 1 : 0 }],
      refs: isSeen ? ['w1-1', 'w1-2'] : [],
    },
    ...fields,
  };
}

/** A check of a record; by default its one attempt bears its verdict out. For unit tests. */
export function sampleCheck(verdict: Verdict, fields: Partial<RecordedCheck> = {}): RecordedCheck {
  const planned = samplePlannedCheck(verdict === 'skipped' ? { capabilities: [SAMPLE_CAPABILITY] } : {});
  const id = fields.id ?? planned.id;
  return {
    ...planned,
    selected: true,
    verdict,
    attempts: verdict === 'not-run' ? [] : [sampleAttempt(verdict, { id })],
    ...fields,
  };
}

/** A waiver that holds on the day of the sample record. For unit tests. */
export function sampleWaiver(fields: Partial<Waiver> = {}): Waiver {
  return {
    check: 'API-01',
    reason: 'the history comes back in the wrong order',
    owner: 'backend',
    issue: 'https://issues.example/42',
    expires: '2026-03-20',
    ...fields,
  };
}

/** The policy of a record, the built-in full one but for `fields`, with the name and hash that belong to it. For unit tests. */
export function samplePolicy(fields: object = {}): RunRecord['policy'] {
  const resolved: unknown = JSON.parse(JSON.stringify({ ...POLICY, ...fields }));
  const name =
    typeof resolved === 'object' && resolved !== null && 'name' in resolved ? String(resolved.name) : '-';
  return { name, hash: contentHash(resolved), resolved };
}

/** A record whose policy asks `fields` beside what it asked. For unit tests. */
export function withPolicy(record: RunRecord, fields: object): RunRecord {
  const { resolved } = record.policy;
  return {
    ...record,
    policy: samplePolicy({ ...(typeof resolved === 'object' ? resolved : {}), ...fields }),
  };
}

/** A record of a complete run, GO unless `fields` say otherwise; its plan hash fits its checks. For unit tests. */
export function sampleRecord(fields: Partial<RunRecord> = {}): RunRecord {
  const checks = fields.checks ?? [
    sampleCheck('passed', { id: 'PRE-01', suite: 'preflight', phase: 0, severity: 'blocker' }),
    sampleCheck('passed'),
    sampleCheck('passed', { id: 'API-01', suite: 'api', phase: 1, severity: 'minor', owner: 'backend' }),
  ];
  const planned = checks.map(({ selected: _s, verdict: _v, attempts: _a, ...check }) => check);
  const missing = checks.some(({ verdict }) => verdict === 'skipped') ? [SAMPLE_MISSING] : [];
  const policy =
    fields.policy ??
    samplePolicy({ revision: fields.revision?.policy ?? 'required', missingCapabilities: missing });
  return {
    schema: 1,
    runId: '20260301T100000Z-local-0a1b2c',
    state: 'complete',
    signal: null,
    harness: { version: '0.1.0', node: 'v20.20.2', platform: 'linux-x64' },
    startedAt: STARTED_AT,
    endedAt: ENDED_AT,
    decidedAt: ENDED_AT,
    seed: 7,
    timeScale: 0.1,
    target: {
      environment: 'local',
      marker: 'local',
      embedded: false,
      backendUrl: 'http://127.0.0.1:8000',
      authServiceUrl: 'http://127.0.0.1:8081',
      websocketUrl: 'ws://127.0.0.1:8000/ws',
      tokenSource: 'exchange',
      refusalForm: 'close-1008-after-error',
    },
    settings: [{ name: 'BACKEND_URL', value: 'http://127.0.0.1:8000', origin: 'embedded backend' }],
    warnings: [],
    selection: { scope: 'full', filters: [], repeat: 1, shard: null },
    merge: null,
    policy,
    gate: { acceptConditional: false, change: [], waivers: [] },
    plan: { hash: planHash({ schema: 1, checks: planned }), manifestHash: 'c'.repeat(64) },
    capabilities: [...missingOf(policy)],
    preflight: [],
    revision: {
      expected: SAMPLE_REVISION,
      policy: 'required',
      readings: [
        {
          source: 'GET /api/system/info',
          revision: SAMPLE_REVISION,
          firstAtMs: 10,
          lastAtMs: 4_000,
          count: 4,
          evidence: 'm-3',
        },
      ],
    },
    harnessFaults: [],
    observer: { eventLoopLagP99Ms: 4, eventLoopLagMaxMs: 9, samples: 300 },
    evidence: { records: 12, rootHash: 'd'.repeat(64), kinds: { 'chat.turn': 12 } },
    metrics: METRICS.map((metric) => ({ ...metric })),
    artifactScan: { state: 'clean', files: ['run.json'], findings: [] },
    ...fields,
    checks,
  };
}

/** What a policy declares missing, for the copy of it that every record holds. */
function missingOf({ resolved }: RunRecord['policy']): RunRecord['capabilities'] {
  const has = typeof resolved === 'object' && resolved !== null && 'missingCapabilities' in resolved;
  const list: unknown = has ? resolved.missingCapabilities : [];
  return Array.isArray(list) && list.length > 0 ? [{ ...SAMPLE_MISSING }] : [];
}
