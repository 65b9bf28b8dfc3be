import { describe, expect, test } from 'vitest';
import { parseHealth } from '../contract/health.ts';
import type { Evidence, EvidenceBody } from '../evidence/evidence.ts';
import { metricsOf } from '../evidence/metric.ts';
import { mergeRuns, type RunPart } from '../evidence/run-merge.ts';
import { type RunRecord, runRecordSchema } from '../evidence/run-record.ts';
import { sampleAttempt, sampleCheck, sampleRecord, withPolicy } from '../evidence/testing/sample-record.ts';
import { kindOfVerdict, type Severity, type Verdict, VERDICTS } from '../evidence/verdict.ts';
import { compareRuns } from './compare-runs.ts';
import { decide } from './decide.ts';
import { type DecisionKind, DECISIONS } from './decision.ts';
import { ExitCode, exitCodeOf } from './exit-code.ts';
import { compareSeries } from './metric-comparison.ts';
import { policyFileSchema } from './policy.ts';
import { historyEntry, lastGo } from './run-history.ts';

// Where others fail open (moonshots.md §7.2), tried on our gate: here by the record alone, in lib/cli/run/fail-open-traps.test.ts
// by whole programs. Some traps stand in both.

const WELCOME = { metric: 'welcome', operator: '<=', limit: 5_000, unit: 'ms', minSamples: 20 } as const;
const sample = (name: string, values: readonly number[], missing = 0): EvidenceBody => ({
  kind: 'sample',
  name,
  unit: 'ms',
  of: 'target',
  values,
  missing,
});
const evidenceOf = (check: string, body: EvidenceBody, atMs = 10): readonly Evidence[] => [
  { id: 'w1-1', check, atMs, wallTime: '2026-03-01T10:00:00.010Z', body },
];
function withThreshold(
  evidence: readonly Evidence[],
  fields: object = {},
  record = sampleRecord(),
): RunRecord {
  return {
    ...withPolicy(record, { thresholds: [{ statistic: 'worst', ...WELCOME, ...fields }] }),
    timeScale: 1,
    metrics: metricsOf(evidence),
  };
}
const steady = Array.from({ length: 24 }, (_, at) => 10 + at);
const one = (verdict: Verdict, severity: Severity = 'critical'): RunRecord =>
  sampleRecord({ checks: [sampleCheck('passed', { id: 'AGENT-02' }), sampleCheck(verdict, { severity })] });
const golden: RunRecord['checks'] = [sampleCheck('passed', { id: 'AGENT-02' })];
const decisionOf = (record: RunRecord): DecisionKind => decide(record).decision;

describe('traps in which a gate fails open', () => {
  test('the record that the traps begin from is GO', () => {
    expect(decisionOf(withThreshold(evidenceOf('PERF-04', sample('welcome', steady))))).toBe('GO');
  });

  test('F1: a latency objective without a sample is unknown, not met', () => {
    const { decision, reasons, exitCode } = decide(withThreshold([]));

    expect([decision, exitCode]).toEqual(['INCONCLUSIVE', 3]);
    expect(reasons[0]?.text).toMatch(/^threshold undecided: welcome: expected .+, got no data$/);
  });

  test.each(['worst', 'mean', 'min', 'max', 'p50', 'p95'] as const)(
    'F2: the %s of an empty series is no 0 that is below every limit',
    (statistic) => {
      const record = withThreshold(evidenceOf('PERF-04', sample('welcome', [])), { statistic });

      expect(decide(record)).toMatchObject({
        decision: 'INCONCLUSIVE',
        thresholds: [{ state: 'undecided' }],
      });
    },
  );

  test.each([
    ['a worker that died', { harnessFaults: [{ code: 'WORKER_DIED', message: 'killed', next: null }] }, 70],
    [
      'an event loop that was late',
      { observer: { eventLoopLagP99Ms: 900, eventLoopLagMaxMs: 900, samples: 9 } },
      3,
    ],
    [
      'an event loop that nobody watched',
      { observer: { eventLoopLagP99Ms: 0, eventLoopLagMaxMs: 0, samples: 0 } },
      3,
    ],
  ] satisfies readonly (readonly [string, Partial<RunRecord>, number])[])(
    'F3: an unhealthy runner makes no pass: %s',
    (_what, fields, exitCode) => {
      const busy = sampleCheck('passed', { attempts: [sampleAttempt('passed', { durationMs: 5_000 })] });

      expect(decide(sampleRecord({ checks: [busy], ...fields }))).toMatchObject({
        decision: 'INCONCLUSIVE',
        exitCode,
      });
    },
  );

  test('F5: nothing that must hold is nothing that holds', () => {
    expect(decide(sampleRecord({ checks: [] }))).toMatchObject({
      decision: 'INCONCLUSIVE',
      reasons: expect.arrayContaining([expect.objectContaining({ text: 'nothing was planned' })]),
    });
    expect(
      policyFileSchema.safeParse({ ...Object(sampleRecord().policy.resolved), checks: [] }).success,
    ).toBe(false);
    expect(policyFileSchema.safeParse({}).success).toBe(false);
  });

  test('F6: a group without any data, and data that is all the same, count for nothing', () => {
    const stuck = Array.from({ length: 24 }, () => 237.41);
    const series = { check: 'PERF-04', name: 'welcome', unit: 'ms', values: stuck } as const;

    expect(decisionOf(withThreshold(evidenceOf('PERF-04', sample('welcome', stuck))))).toBe('INCONCLUSIVE');
    expect(compareSeries(series, series).standing).toBe('STUCK');
    expect(compareSeries(null, series).standing).toBe('no baseline');
    expect(
      decisionOf(
        sampleRecord({ checks: [sampleCheck('inconclusive'), sampleCheck('not-run', { id: 'API-01' })] }),
      ),
    ).toBe('INCONCLUSIVE');
  });

  test('F7: what an abort left undone is not-run and blocks, whatever passed before it', () => {
    const record = { ...one('not-run', 'minor'), state: 'interrupted', signal: 'SIGTERM' } as const;

    expect(decide(record)).toMatchObject({
      decision: 'INCONCLUSIVE',
      exitCode: 143,
      counts: { 'not-run': 1 },
    });
    expect(decisionOf(one('not-run', 'minor'))).toBe('INCONCLUSIVE');
  });

  test('F8: a shard that is missing is named and blocks', () => {
    const part = (index: number): RunPart => ({
      record: sampleRecord({
        runId: `20260301T100000Z-local-00000${index}`,
        selection: { scope: 'shard', filters: [], repeat: 1, shard: { index, count: 3 } },
        // The second shard has none of the checks: it is missed all the same.
        checks: sampleRecord().checks.map((check, at) =>
          index === (at === 2 ? 3 : 1)
            ? check
            : { ...check, selected: false, verdict: 'not-run', attempts: [] },
        ),
      }),
      evidence: [],
      problems: [],
    });
    const judge = (...parts: readonly RunPart[]): ReturnType<typeof decide> => {
      const { record } = mergeRuns(parts);
      const { evidence, artifactScan, metrics = [] } = sampleRecord();
      return decide({ ...record, evidence, artifactScan, metrics });
    };

    expect(judge(part(1), part(2), part(3)).decision).toBe('GO');
    expect(judge(part(1), part(3))).toMatchObject({
      decision: 'INCONCLUSIVE',
      exitCode: 3,
      reasons: [{ rule: 4, text: 'shard 2 of 3 is missing' }],
    });
  });

  test('F9: a gate without rules, a rule without data and the maximum of nothing block', () => {
    const [found] = metricsOf(evidenceOf('PERF-04', sample('welcome', [])));

    expect(
      policyFileSchema.safeParse({ ...Object(sampleRecord().policy.resolved), thresholds: [] }).success,
    ).toBe(false);
    expect(found).toMatchObject({ n: 0, max: null, min: null });
    expect(decisionOf(withThreshold(evidenceOf('PERF-05', sample('welcome', steady))))).toBe('INCONCLUSIVE');
    expect(decisionOf({ ...sampleRecord(), policy: { name: 'x', hash: '-', resolved: {} } })).toBe(
      'INCONCLUSIVE',
    );
  });

  test('F13: attempts without a value are counted as missing and never filled with zero', () => {
    const record = withThreshold(evidenceOf('PERF-04', sample('welcome', steady, 3)));

    expect(record.metrics).toMatchObject([{ n: 24, missing: 3, min: 10 }]);
    expect(decide(record)).toMatchObject({
      decision: 'INCONCLUSIVE',
      thresholds: [{ text: expect.stringContaining('3 attempts without a value') }],
    });
  });

  test('F15: what is older than the run counts for nothing: metrics, attempts and revisions', () => {
    const stale = -60_000;
    const [golden, asked] = one('passed').checks;
    if (golden === undefined || asked === undefined) throw new TypeError('expected two checks');
    const old = { ...asked, attempts: [sampleAttempt('passed', { startedAtMs: stale })] };
    const { revision } = sampleRecord();
    const readings = revision.readings.map((reading) => ({ ...reading, firstAtMs: stale }));

    expect(decisionOf(withThreshold(evidenceOf('PERF-04', sample('welcome', steady), stale)))).toBe(
      'INCONCLUSIVE',
    );
    expect(decide(sampleRecord({ checks: [golden, old] }))).toMatchObject({
      decision: 'INCONCLUSIVE',
      reasons: [{ rule: 4, check: 'AGENT-01', text: expect.stringContaining('before the run began') }],
    });
    expect(decisionOf(sampleRecord({ revision: { ...revision, readings } }))).toBe('INCONCLUSIVE');
  });

  test.each(VERDICTS.filter((verdict) => ['unknown', 'red'].includes(kindOfVerdict(verdict))))(
    'F16: %s is a word like any other, and no yes',
    (verdict) => {
      for (const severity of ['blocker', 'critical', 'major', 'minor'] as const) {
        expect(['NO_GO', 'INCONCLUSIVE']).toContain(decisionOf(one(verdict, severity)));
      }
      expect(decide(one(verdict)).axes.outcome).not.toBe('yes');
    },
  );

  test('F16: a verdict that no list knows is not read at all', () => {
    const record: unknown = JSON.parse(JSON.stringify(one('passed')).replaceAll('"passed"', '"ok"'));

    expect(runRecordSchema.safeParse(record).success).toBe(false);
  });

  test.each(['skipped', 'not-run', 'blocked'] as const)(
    'F17: no failure among checks that are all %s is no pass',
    (verdict) => {
      const severities: readonly Severity[] = ['blocker', 'critical', 'major', 'minor'];
      const checks = severities.map((severity, at) =>
        sampleCheck(verdict, { id: `AGENT-0${at + 1}`, severity }),
      );

      expect(decide(sampleRecord({ checks }))).toMatchObject({
        decision: 'INCONCLUSIVE',
        axes: { outcome: 'unknown' },
      });
      expect(decisionOf(sampleRecord({ checks: [] }))).toBe('INCONCLUSIVE');
    },
  );

  test('F18: a red that was red before is still a red, and an unknown is no repair', () => {
    const side = (verdict: Verdict) => ({ record: one(verdict), evidence: [] });
    const compare = (before: Verdict, after: Verdict): string | undefined =>
      compareRuns({ ...side(before), decision: decide(one(before)) }, side(after)).checks[0]?.standing;
    const baseline = compareRuns({ ...side('failed'), decision: decide(one('failed')) }, side('failed'));

    expect(compare('failed', 'failed')).toBe('still-fail');
    expect(compare('failed', 'passed')).toBe('fixed');
    for (const after of ['inconclusive', 'blocked', 'not-run', 'skipped', 'flaky'] as const) {
      expect(compare('failed', after)).not.toBe('fixed');
    }
    expect(decisionOf({ ...one('failed'), baseline })).toBe('NO_GO');
  });

  test('F19: every decision has an exit code of its own, and only GO is 0', () => {
    const facts = { harnessFault: false, signal: null, acceptConditional: false, refused: false };
    const codes = DECISIONS.map((decision) => exitCodeOf(decision, facts));

    expect(codes).toEqual([ExitCode.Go, ExitCode.ConditionalGo, ExitCode.NoGo, ExitCode.Inconclusive]);
    expect(new Set(codes).size).toBe(DECISIONS.length);
    expect(codes.filter((code) => code === 0)).toHaveLength(1);
    for (const harness of [{ harnessFault: true }, { refused: true }, { signal: 'SIGINT' as const }]) {
      expect(DECISIONS.map((decision) => exitCodeOf(decision, { ...facts, ...harness }))).not.toContain(0);
    }
  });

  test('F21: a pass that holds a violation is no pass, and a red is not hidden under another word', () => {
    const { violations } = sampleAttempt('failed');
    for (const verdict of ['passed', 'flaky', 'inconclusive', 'skipped'] as const) {
      const attempts = [sampleAttempt(verdict, { violations })];
      const record = withPolicy(sampleRecord({ checks: [...golden, sampleCheck(verdict, { attempts })] }), {
        maxUnknowns: 9,
      });

      expect(decide(record)).toMatchObject({
        decision: 'INCONCLUSIVE',
        reasons: expect.arrayContaining([
          expect.objectContaining({ check: 'AGENT-01', text: expect.stringContaining('holds a violation') }),
        ]),
      });
    }
  });

  test('F22: accepted unknowns are conditions, and a policy that asks less says so in the headline', () => {
    const loose = { name: 'loose', maxUnknowns: 100, thresholds: undefined };
    const green = decide(withPolicy(sampleRecord(), loose));
    const minor = [...golden, sampleCheck('inconclusive', { severity: 'minor' })];
    const open = decide(withPolicy(sampleRecord({ checks: minor }), loose));

    expect(green).toMatchObject({ decision: 'GO', headline: 'GO (policy loose)' });
    expect(green.policy.weaker).toContain('accepts 100 checks without a clear verdict');
    expect(open).toMatchObject({
      decision: 'CONDITIONAL_GO',
      headline: 'CONDITIONAL GO (policy loose)',
      exitCode: 2,
      conditions: [{ check: 'AGENT-01' }],
    });
    expect(lastGo([historyEntry(withPolicy(sampleRecord(), loose), green)], 'local')).toBeNull();
  });

  test('F23: a scan that saw no file found no secret because it did not look', () => {
    const unseen = sampleRecord({ artifactScan: { state: 'clean', files: [], findings: [] } });

    expect(decisionOf(unseen)).toBe('INCONCLUSIVE');
  });

  test('F24: a page in place of a revision proves no deployment, nor that of another', () => {
    const { revision } = sampleRecord();
    const readings = revision.readings.map((reading) => ({ ...reading, revision: '<script>' }));

    expect(decide(sampleRecord({ revision: { ...revision, readings } }))).toMatchObject({
      decision: 'INCONCLUSIVE',
      revision: { state: 'unreadable' },
    });
  });

  test.each(['unhealthy', 'not healthy', 'Healthy?', 'healthy but slow', '', 'degraded'])(
    'F20: a body that says %j is not healthy for containing the word',
    (status) => {
      const up = parseHealth({ status: 'healthy', timestamp: 1_772_359_200 });
      const other = parseHealth({ status, timestamp: 1_772_359_200 });

      expect(up.ok && up.value.standing).toBe('up');
      expect(other.ok && other.value.standing === 'up').toBe(false);
    },
  );
});
