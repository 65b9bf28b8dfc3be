import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fingerprintSchema } from '../evidence/fingerprint.ts';
import { judgeFingerprint } from '../evidence/fingerprint-judgement.ts';
import { planHash } from '../evidence/plan.ts';
import type { CheckResult } from '../evidence/check-result.ts';
import { type RecordedCheck, type RunRecord, runRecordSchema, SCOPES } from '../evidence/run-record.ts';
import {
  SAMPLE_CAPABILITY,
  SAMPLE_MISSING,
  SAMPLE_REVISION,
  sampleAttempt,
  sampleCheck,
  samplePolicy,
  sampleRecord,
  sampleWaiver,
  withPolicy,
} from '../evidence/testing/sample-record.ts';
import { SEVERITIES, type Verdict, VERDICTS } from '../evidence/verdict.ts';
import { readableJson } from '../foundation/canonical-json.ts';
import type { Metric } from '../evidence/metric.ts';
import { decide } from './decide.ts';
import type { DecisionKind } from './decision.ts';

const RUNS = 12_000;
const OTHER = 'b'.repeat(40);

/** The order of design.md §10: NO-GO and INCONCLUSIVE are not compared with each other. */
const HEIGHT: Readonly<Record<DecisionKind, number>> = {
  GO: 2,
  CONDITIONAL_GO: 1,
  NO_GO: 0,
  INCONCLUSIVE: 0,
};

/** How bad a verdict is; a step to a higher number makes it worse. */
const BADNESS: Readonly<Record<Verdict, number>> = {
  passed: 0,
  flaky: 1,
  skipped: 1,
  inconclusive: 2,
  blocked: 2,
  'not-run': 2,
  failed: 3,
};

/** What a check that is added may be without being evidence of anything good. */
const BAD = VERDICTS.filter((verdict) => BADNESS[verdict] > 1);

const readings = (revisions: readonly (string | null)[]): RunRecord['revision']['readings'] =>
  revisions.map((revision) => ({
    source: 'GET /api/system/info',
    revision,
    firstAtMs: 1,
    lastAtMs: 1,
    count: 1,
    evidence: 'm-1',
  }));
const scan = (state: RunRecord['artifactScan']['state']): RunRecord['artifactScan'] => ({
  state,
  files: ['run.json'],
  findings: [],
});
const lag = (p99: number): RunRecord['observer'] => ({
  eventLoopLagP99Ms: p99,
  eventLoopLagMaxMs: p99,
  samples: 100,
});

/** A policy with a limit of each kind, and room for one unknown and one check that changes its mind. */
const LIMITS = {
  thresholds: [
    { metric: 'welcome', statistic: 'worst', operator: '<=', limit: 100, unit: 'ms', minSamples: 5 },
    {
      metric: 'connection success',
      statistic: 'min',
      operator: '>=',
      limit: 0.9,
      unit: 'ratio',
      minSamples: 20,
    },
  ],
  flakeBudget: { maxInRun: 1, maxInHistory: 1 },
  maxUnknowns: 1,
} as const;
const metric = (fields: Partial<Metric>): Metric => ({
  name: 'welcome',
  unit: 'ms',
  n: 20,
  missing: 0,
  min: 10,
  max: 90,
  mean: 50,
  p50: 50,
  p95: 85,
  p99: null,
  stuck: false,
  evidence: ['w1-1'],
  ...fields,
});
const GOOD_METRICS: readonly Metric[] = [
  metric({}),
  metric({ name: 'connection success', unit: 'ratio', min: 1, max: 1, mean: 1, p50: 1, p95: 1 }),
];
const flaky = (count: number): NonNullable<RunRecord['flakes']> =>
  Array.from({ length: count }, (_, at) => ({ id: `API-0${at}`, failures: 1, n: 4, low: 0, high: 1 }));
const fault = { code: 'WORKER_DIED', message: 'a worker died', next: null } as const;

/** Mostly the good value, so that enough records are GO to begin with. */
function mostly<T>(good: T, ...rest: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 12, arbitrary: fc.constant(good) },
    { weight: 1, arbitrary: fc.constantFrom(good, ...rest) },
  );
}

const arbitraryCheck = fc.record({
  severity: fc.constantFrom(...SEVERITIES),
  suite: fc.constantFrom('preflight', 'agent-events', 'isolation', 'api', 'auth'),
  verdict: fc.oneof(
    { weight: 10, arbitrary: fc.constant<Verdict>('passed') },
    { weight: 2, arbitrary: fc.constantFrom<Verdict>('flaky', 'skipped') },
    { weight: 1, arbitrary: fc.constantFrom(...VERDICTS) },
  ),
});

type Fingerprint = NonNullable<RunRecord['revision']['fingerprint']>;
const EXPECTED: Fingerprint['expected'] = { generation: 'reference' };
const seenAs = (values: Readonly<Record<string, string>>): Fingerprint =>
  fingerprintSchema.parse({
    expected: EXPECTED,
    seen: Object.entries(values).map(([behaviour, value]) => ({
      behaviour,
      value,
      count: 2,
      firstAtMs: 1,
      lastAtMs: 9_000,
      evidence: 'm-1',
    })),
  });
const HEALTH = { 'health-body': 'rich', 'first-message': 'answered', 'ticket-path': 'absent' } as const;
/** Of the expected generation, of another, of several, of none that is told, and not taken at all. */
const FINGERPRINTS = [
  seenAs({ ...HEALTH, welcome: 'canonical' }),
  seenAs({ ...HEALTH, welcome: 'W3' }),
  seenAs({ ...HEALTH, welcome: 'canonical', 'ws-test-path': 'accepted' }),
  seenAs(HEALTH),
  null,
] as const;

const arbitraryRecord: fc.Arbitrary<RunRecord> = fc
  .record({
    checks: fc.array(arbitraryCheck, { maxLength: 5 }),
    state: mostly<RunRecord['state']>('complete', 'running', 'interrupted', 'refused'),
    signal: mostly<RunRecord['signal']>(null, 'SIGINT', 'SIGTERM', 'SIGHUP'),
    scope: mostly<RunRecord['selection']['scope']>('full', ...SCOPES),
    faults: mostly(0, 1),
    policy: mostly<RunRecord['revision']['policy']>('required', 'fingerprint', 'unproven-accepted'),
    seen: mostly<readonly (string | null)[]>([SAMPLE_REVISION], [null], [OTHER], [OTHER, null], []),
    expected: mostly<string | null>(SAMPLE_REVISION, null),
    fingerprint: mostly<Fingerprint | null>(...FINGERPRINTS),
    lagMs: mostly(3, 249, 250, 251),
    artifacts: mostly<RunRecord['artifactScan']['state']>('clean', 'pending', 'leak'),
    change: mostly<readonly string[]>([], ['AGENT-10'], ['AGENT-10', 'AGENT-11']),
    waived: fc.constantFrom<readonly string[]>([], [], ['AGENT-10'], ['AGENT-10', 'AGENT-12']),
    limits: fc.boolean(),
    metrics: mostly<readonly Metric[]>(GOOD_METRICS, [], GOOD_METRICS.slice(1)),
    flakes: mostly(0, 1, 2),
    waivedUntil: mostly('2026-03-20', '2026-02-28', '2026-09-01'),
  })
  .map((parts) =>
    sampleRecord({
      policy: samplePolicy({
        revision: parts.policy,
        ...(parts.policy === 'fingerprint' && parts.fingerprint !== null ? { fingerprint: EXPECTED } : {}),
        missingCapabilities: [SAMPLE_MISSING],
        ...(parts.limits ? LIMITS : { thresholds: undefined, flakeBudget: undefined }),
      }),
      metrics: [...parts.metrics],
      flakes: flaky(parts.flakes),
      checks: parts.checks.map((check, at) =>
        sampleCheck(check.verdict, {
          id: `AGENT-${String(at + 10)}`,
          severity: check.severity,
          suite: check.suite,
          capabilities: [SAMPLE_CAPABILITY],
        }),
      ),
      state: parts.state,
      signal: parts.signal,
      selection: { scope: parts.scope, filters: [], repeat: 1, shard: null },
      harnessFaults: Array.from({ length: parts.faults }, () => fault),
      revision: {
        policy: parts.policy,
        expected: parts.expected,
        readings: readings(parts.seen),
        ...(parts.policy === 'fingerprint' && parts.fingerprint !== null
          ? { fingerprint: parts.fingerprint }
          : {}),
      },
      observer: lag(parts.lagMs),
      artifactScan: scan(parts.artifacts),
      gate: {
        acceptConditional: false,
        change: [...parts.change],
        waivers: parts.waived.map((check) => sampleWaiver({ check, expires: parts.waivedUntil })),
      },
    }),
  );

const replaceCheck = (record: RunRecord, at: number, check: RecordedCheck): RunRecord => ({
  ...record,
  checks: record.checks.map((each, index) => (index === at ? check : each)),
});
const replan = (record: RunRecord): RunRecord =>
  sampleRecord({
    ...record,
    plan: { ...record.plan, hash: sampleRecord({ checks: record.checks }).plan.hash },
  });

/** A proven generation can only be lost; what is wrong already is not made better by being wrong in another way. */
const withSeen = (
  record: RunRecord,
  change: (seen: Fingerprint['seen']) => Fingerprint['seen'],
): RunRecord => {
  const { fingerprint } = record.revision;
  return fingerprint === undefined || judgeFingerprint(fingerprint).state !== 'agrees'
    ? record
    : {
        ...record,
        revision: { ...record.revision, fingerprint: { ...fingerprint, seen: change(fingerprint.seen) } },
      };
};

const isProven = ({ revision }: RunRecord): boolean =>
  revision.expected === SAMPLE_REVISION &&
  revision.readings.length === 1 &&
  revision.readings[0]?.revision === SAMPLE_REVISION;

const withAttempts = (
  record: RunRecord,
  check: RecordedCheck | undefined,
  at: number,
  change: (attempt: CheckResult) => CheckResult,
): RunRecord =>
  check === undefined ? record : replaceCheck(record, at, { ...check, attempts: check.attempts.map(change) });

type Worsening = (
  record: RunRecord,
  check: RecordedCheck | undefined,
  at: number,
  choice: number,
) => RunRecord;

/** One input made worse, or taken away. */
const WORSENINGS: Readonly<Record<string, Worsening>> = {
  'a worse verdict': (record, check, at, choice) => {
    if (check === undefined) return record;
    const worse = VERDICTS.filter((verdict) => BADNESS[verdict] > BADNESS[check.verdict]);
    const verdict = worse[choice % Math.max(1, worse.length)];
    if (verdict === undefined) return record;
    const { id, severity, suite, capabilities } = check;
    return replaceCheck(record, at, sampleCheck(verdict, { id, severity, suite, capabilities }));
  },
  'a check without its evidence': (record, check, at) =>
    check === undefined
      ? record
      : replaceCheck(record, at, {
          ...check,
          attempts: check.attempts.map((attempt) => ({
            ...attempt,
            evidence: { ...attempt.evidence, ok: false, refs: [] },
          })),
        }),
  'a check without its attempts': (record, check, at) =>
    check === undefined ? record : replaceCheck(record, at, { ...check, attempts: [] }),
  'an attempt that was red or unknown': (record, check, at, choice) =>
    check === undefined
      ? record
      : replaceCheck(record, at, {
          ...check,
          attempts: [...check.attempts, sampleAttempt(choice % 2 === 0 ? 'failed' : 'inconclusive')],
        }),
  'a violation in an attempt, whatever it came to': (record, check, at) =>
    withAttempts(record, check, at, (attempt) => ({
      ...attempt,
      violations: [...attempt.violations, ...sampleAttempt('failed').violations],
    })),
  'an attempt that says why it decides nothing': (record, check, at) =>
    withAttempts(record, check, at, (attempt) => ({
      ...attempt,
      reason: { code: 'BLOCKED', message: 'it stands on another', next: null },
    })),
  'an attempt that saw less than the check needs': (record, check, at, choice) =>
    withAttempts(record, check, at, (attempt) => ({
      ...attempt,
      evidence: {
        ...attempt.evidence,
        observed:
          choice % 2 === 0
            ? []
            : attempt.evidence.observed.map((one) => ({ ...one, observed: one.observed - 1 })),
      },
    })),
  'an attempt of another check': (record, check, at) =>
    withAttempts(record, check, at, (attempt) => ({ ...attempt, id: 'AUTH-98' })),
  'an attempt that is missing': (record) => ({
    ...record,
    selection: { ...record.selection, repeat: record.selection.repeat + 1 },
  }),
  'a check that was not selected': (record, check, at) =>
    check === undefined ? record : replaceCheck(record, at, { ...check, selected: false }),
  'a decision of another day': (record) => ({ ...record, decidedAt: '2026-02-01T10:00:00.000Z' }),
  'a policy that is not that of its hash': (record) => ({
    ...record,
    policy: { ...record.policy, hash: 'e'.repeat(64) },
  }),
  'a capability that nobody declares missing': (record) => ({
    ...withPolicy(record, { missingCapabilities: [] }),
    capabilities: [],
  }),
  'evidence that is gone': (record) => ({
    ...record,
    evidence: { ...record.evidence, records: record.evidence.records - 1 },
  }),
  'a check taken out of the record': (record, _check, at) => ({
    ...record,
    checks: record.checks.filter((_each, index) => index !== at),
  }),
  'a check that weighs more': (record, check, at) =>
    check === undefined
      ? record
      : replan(
          replaceCheck(record, at, { ...check, severity: check.severity === 'minor' ? 'major' : 'blocker' }),
        ),
  'one more check, red or unknown': (record, _check, _at, choice) =>
    replan({
      ...record,
      checks: [
        ...record.checks,
        sampleCheck(BAD[choice % BAD.length] ?? 'failed', { id: 'AUTH-99', suite: 'auth' }),
      ],
    }),
  'a fault of the harness': (record) => ({ ...record, harnessFaults: [...record.harnessFaults, fault] }),
  'a revision that is hidden, mixed, another one or not read': (record, _check, _at, choice) => {
    const worse = [[null], [SAMPLE_REVISION, OTHER], [SAMPLE_REVISION, null], [OTHER], []] as const;
    // A hidden one under a policy that accepts it stands above a wrong one: only steps away from the proof count.
    const options = isProven(record) ? worse : worse.slice(1, 2);
    return {
      ...record,
      revision: { ...record.revision, readings: readings(options[choice % options.length] ?? []) },
    };
  },
  'a behaviour of another generation, a second way to behave, or nothing observed': (
    record,
    _check,
    _at,
    choice,
  ) =>
    withSeen(record, (seen) => {
      const welcome = seen.filter(({ behaviour }) => behaviour === 'welcome');
      const other = welcome.map((one) => ({ ...one, value: 'W3' }));
      const rest = seen.filter((one) => !welcome.includes(one));
      return [[...rest, ...other], [...seen, ...other], []][choice % 3] ?? [];
    }),
  'behaviours that were not looked at again': (record) =>
    withSeen(record, (seen) => seen.map((one) => ({ ...one, lastAtMs: -900, firstAtMs: -900 }))),
  'no reading of the revision after the last check': (record) => ({
    ...record,
    revision: {
      ...record.revision,
      readings: record.revision.readings.map((reading) => ({ ...reading, lastAtMs: -900, firstAtMs: -900 })),
    },
  }),
  'a check that went on after the last reading of the revision': (record, check, at) =>
    check === undefined
      ? record
      : replaceCheck(record, at, {
          ...check,
          attempts: check.attempts.map((attempt) => ({ ...attempt, durationMs: 9_000 })),
        }),
  // What is expected is a question, not an observation: only where it was answered is it missed.
  'no expected revision': (record) =>
    isProven(record) ? { ...record, revision: { ...record.revision, expected: null } } : record,
  'a slower observer': (record, _check, _at, choice) => ({
    ...record,
    observer: lag(record.observer.eventLoopLagP99Ms + choice),
  }),
  'a run that did not end': (record, _check, _at, choice) => ({
    ...record,
    state: choice % 2 === 0 ? 'running' : 'interrupted',
  }),
  'a scan that is missing or found something': (record, _check, _at, choice) => ({
    ...record,
    artifactScan: scan(choice % 2 === 0 && record.artifactScan.state === 'clean' ? 'pending' : 'leak'),
  }),
  'a filter or a shard': (record, _check, _at, choice) => ({
    ...record,
    selection: { ...record.selection, scope: choice % 2 === 0 ? 'partial' : 'shard' },
  }),
  'a shard that is missing': (record) => ({
    ...record,
    merge: { count: 2, parts: [], problems: ['shard 2 of 2 is missing'] },
  }),
  'a waiver less': (record) => ({
    ...record,
    gate: { ...record.gate, waivers: record.gate.waivers.slice(1) },
  }),
  'a change that another check must show too': (record) => ({
    ...record,
    gate: { ...record.gate, change: [...record.gate.change, 'AGENT-13'] },
  }),
  'a metric that is gone, short, patchy, beyond its limit, stuck or of another unit': (
    record,
    _c,
    at,
    choice,
  ) => {
    const metrics = record.metrics ?? [];
    const changes: readonly ((found: Metric) => Metric | null)[] = [
      () => null,
      (found) => ({ ...found, n: 4 }),
      (found) => ({ ...found, n: 0, min: null, max: null, mean: null, p50: null, p95: null }),
      (found) => ({ ...found, missing: found.missing + 1 }),
      (found) => ({ ...found, min: -1, max: 1_000 }),
      (found) => ({ ...found, stuck: true }),
      (found) => ({ ...found, unit: 'days' }),
      (found) => ({ ...found, min: null, max: null }),
    ];
    const change = changes[choice % changes.length];
    return {
      ...record,
      metrics: metrics.flatMap((found, index) =>
        index === at % Math.max(1, metrics.length) ? (change?.(found) ?? []) : [found],
      ),
    };
  },
  'a record without metrics': ({ metrics: _gone, ...record }) => record,
  'a limit that is stricter, or one more': (record, _c, _at, choice) =>
    withPolicy(
      record,
      [
        { maxUnknowns: 0 },
        { flakeBudget: { maxInRun: 0, maxInHistory: 0 } },
        {
          thresholds: [
            ...LIMITS.thresholds,
            { metric: 'whole turn', statistic: 'max', operator: '<', limit: 1e9, unit: 'ms', minSamples: 1 },
          ],
        },
      ][choice % 3] ?? {},
    ),
  'one more check that changes its mind between runs': (record) => ({
    ...record,
    flakes: flaky((record.flakes ?? []).length + 1),
  }),
  'a policy that cannot be read': (record) => ({ ...record, policy: { ...record.policy, resolved: null } }),
};

describe('decision over random records', () => {
  // Thousands of decisions: seconds on a quiet machine, and more beside other work.
  test('never goes up when one input gets worse or is missing', { timeout: 90_000 }, () => {
    const before: Record<DecisionKind, number> = { GO: 0, CONDITIONAL_GO: 0, NO_GO: 0, INCONCLUSIVE: 0 };
    const limited = { ...before };
    const names = Object.keys(WORSENINGS);
    fc.assert(
      fc.property(
        arbitraryRecord,
        fc.constantFrom(...names),
        fc.nat(4),
        fc.nat(400),
        (record, name, place, choice) => {
          const at = record.checks.length === 0 ? 0 : place % record.checks.length;
          const worse = WORSENINGS[name]?.(record, record.checks[at], at, choice) ?? record;
          const first = decide(record);
          const second = decide(worse);
          before[first.decision] += 1;
          if (first.thresholds.length > 0) limited[first.decision] += 1;

          if (HEIGHT[second.decision] > HEIGHT[first.decision]) {
            throw new Error(`${name}: ${first.decision} became ${second.decision}`);
          }
        },
      ),
      { numRuns: RUNS },
    );

    expect(limited.GO).toBeGreaterThan(RUNS / 50);
    expect(limited.CONDITIONAL_GO).toBeGreaterThan(RUNS / 100);
    // The property says nothing unless it began high often enough.
    expect(before.GO).toBeGreaterThan(RUNS / 20);
    expect(before.CONDITIONAL_GO).toBeGreaterThan(RUNS / 50);
  });

  test('is a function of the record alone: the same bytes again, also from the file', () => {
    fc.assert(
      fc.property(arbitraryRecord, fc.boolean(), (drawn, acceptConditional) => {
        const record = { ...drawn, gate: { ...drawn.gate, acceptConditional } };
        const text = readableJson(decide(record));
        const read = runRecordSchema.parse(JSON.parse(readableJson(record)));

        expect(readableJson(decide(record))).toBe(text);
        expect(readableJson(decide(read))).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  test('exits with 0 for a GO only, and for the other decisions with what they stand for', () => {
    fc.assert(
      fc.property(arbitraryRecord, fc.boolean(), (drawn, acceptConditional) => {
        const record = { ...drawn, gate: { ...drawn.gate, acceptConditional } };
        const { decision, exitCode, reasons, conditions } = decide(record);
        const isFault = reasons.some(({ rule }) => rule === 1);
        const codes = {
          GO: 0,
          NO_GO: 1,
          CONDITIONAL_GO: acceptConditional ? 0 : 2,
          INCONCLUSIVE: isFault ? 70 : 3,
        };
        const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
        const expected =
          record.state === 'refused' ? 64 : record.signal === null ? codes[decision] : signals[record.signal];

        expect(exitCode).toBe(expected);
        expect(reasons.length === 0).toBe(decision === 'GO');
        expect(conditions.length > 0).toBe(decision === 'CONDITIONAL_GO');
      }),
      { numRuns: 2_000 },
    );
  });

  test('has no GO from a plan of nothing but skipped, unknown or missing checks', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.constantFrom(...SEVERITIES), fc.constantFrom<Verdict>('skipped', 'not-run', 'blocked')),
        ),
        (list) => {
          const checks = list.map(([severity, verdict], at) =>
            sampleCheck(verdict, { id: `AGENT-${String(at + 10)}`, severity }),
          );
          const { decision, axes } = decide(
            sampleRecord({ checks, gate: { acceptConditional: true, change: [], waivers: [] } }),
          );

          expect(decision).toBe('INCONCLUSIVE');
          expect(axes.outcome).toBe('unknown');
        },
      ),
    );
  });

  test('has the plan of a record as its hash', () => {
    const record = sampleRecord();
    const { plan, checks } = record;

    expect(plan.hash).not.toBe(planHash({ schema: 1, checks: [] }));
    expect(replan({ ...record, checks: checks.slice(1) }).plan.hash).not.toBe(plan.hash);
  });
});
