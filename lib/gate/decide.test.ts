import { describe, expect, test } from 'vitest';
import { type RunRecord, SCOPES } from '../evidence/run-record.ts';
import {
  SAMPLE_REVISION,
  sampleAttempt,
  sampleCheck,
  sampleRecord,
} from '../evidence/testing/sample-record.ts';
import { type Verdict, VERDICTS } from '../evidence/verdict.ts';
import { decide } from './decide.ts';
import type { Decision } from './decision.ts';

const judge = (record: RunRecord, acceptConditional = false): Decision =>
  decide({ ...record, gate: { ...record.gate, acceptConditional } });

/** A record whose one critical and one minor check ended so; a third, critical one passed. */
const withVerdicts = (critical: Verdict, minor: Verdict): RunRecord =>
  sampleRecord({
    checks: [
      sampleCheck('passed', { id: 'PRE-01', suite: 'preflight', phase: 0 }),
      sampleCheck(critical, { id: 'AGENT-01', severity: 'critical' }),
      sampleCheck(minor, { id: 'API-01', suite: 'api', severity: 'minor' }),
    ],
  });

const reading = (revision: string | null): RunRecord['revision']['readings'][number] => ({
  source: 'GET /api/system/info',
  revision,
  firstAtMs: 1,
  lastAtMs: 1,
  count: 1,
  evidence: 'm-1',
});
const withRevision = (
  policy: RunRecord['revision']['policy'],
  readings: readonly (string | null)[],
  expected: string | null = SAMPLE_REVISION,
): RunRecord => sampleRecord({ revision: { policy, expected, readings: readings.map(reading) } });

const OTHER = 'b'.repeat(40);
const fault = { code: 'HOOK_FAILED', message: 'an import failed', next: null } as const;
const finding = { file: 'report.md', secret: 'bypass key sha256:0a1b2c3d', count: 1 };
const UNKNOWN = ['inconclusive', 'blocked', 'not-run'] as const;

describe('decision', () => {
  test('is CONDITIONAL GO with a shard that is a second attempt of its CI job, and GO with first ones', () => {
    const merged = (number: number): RunRecord =>
      sampleRecord({
        merge: {
          count: 1,
          parts: [
            {
              index: 1,
              runId: 'a',
              seed: 7,
              recordHash: 'b',
              attempt: { variable: 'GITHUB_RUN_ATTEMPT', number },
            },
          ],
          problems: [],
        },
      });

    expect(judge(merged(1)).decision).toBe('GO');
    expect(judge(merged(2))).toMatchObject({ decision: 'CONDITIONAL_GO', exitCode: 2 });
    expect(judge(merged(2)).conditions.map(({ text }) => text)).toEqual([
      expect.stringContaining('shard 1 of 1 is attempt 2 of its CI job (GITHUB_RUN_ATTEMPT)'),
    ]);
  });

  test('says of a filter that matches no check that it does, and of another that it was set', () => {
    const partial = (selected: boolean): RunRecord =>
      sampleRecord({
        selection: { scope: 'partial', filters: ['-t zzz'], repeat: 1, shard: null },
        checks: [sampleCheck('not-run', { id: 'AGENT-01', severity: 'critical', selected })],
      });
    const texts = (record: RunRecord): readonly string[] => judge(record).reasons.map(({ text }) => text);

    expect(texts(partial(false))).toContain('the filter matches no check (-t zzz): none of 1 was asked');
    expect(judge(partial(false))).toMatchObject({ decision: 'INCONCLUSIVE', exitCode: 3 });
    expect(texts(partial(true))).toContain('this is a partial run: a filter was set');
  });

  test('is GO when everything passed, the revision is proven and nothing is amiss', () => {
    expect(judge(sampleRecord())).toMatchObject({
      schema: 1,
      decision: 'GO',
      headline: 'GO',
      exitCode: 0,
      reasons: [],
      conditions: [],
      axes: { outcome: 'yes', change: 'not stated' },
      revision: { state: 'proven', seen: [SAMPLE_REVISION] },
    });
  });

  test('is NO-GO for a critical red, even beside unknowns, and for a minor one', () => {
    for (const beside of VERDICTS) {
      expect(judge(withVerdicts('failed', beside))).toMatchObject({ decision: 'NO_GO', exitCode: 1 });
      expect(judge(withVerdicts(beside, 'failed'))).toMatchObject({ decision: 'NO_GO', exitCode: 1 });
    }
    expect(judge(withVerdicts('failed', 'passed')).axes.outcome).toBe('no');
    expect(judge(withVerdicts('passed', 'failed')).axes.outcome).toBe('yes');
  });

  test.each(UNKNOWN)('is INCONCLUSIVE for a check that is %s, whatever it weighs', (verdict) => {
    expect(judge(withVerdicts(verdict, 'passed'))).toMatchObject({
      decision: 'INCONCLUSIVE',
      exitCode: 3,
      axes: { outcome: 'unknown' },
      reasons: [{ rule: 4, check: 'AGENT-01' }],
    });
    expect(judge(withVerdicts('passed', verdict))).toMatchObject({
      decision: 'INCONCLUSIVE',
      exitCode: 3,
      reasons: [{ rule: 5, check: 'API-01' }],
    });
  });

  test.each(['skipped', 'flaky'] as const)('is CONDITIONAL GO for a critical check that is %s', (verdict) => {
    const record = withVerdicts(verdict, 'passed');

    expect(judge(record)).toMatchObject({
      decision: 'CONDITIONAL_GO',
      headline: 'CONDITIONAL GO',
      exitCode: 2,
      conditions: [expect.objectContaining({ check: 'AGENT-01', command: 'npm test -- --check AGENT-01' })],
    });
    expect(judge(record, true)).toMatchObject({ decision: 'CONDITIONAL_GO', exitCode: 0 });
    expect(judge(withVerdicts('passed', verdict))).toMatchObject({ decision: 'GO', exitCode: 0 });
  });

  test('is INCONCLUSIVE with exit 70 for a harness fault or a secret in a file, even beside a red', () => {
    const records: readonly Partial<RunRecord>[] = [
      { harnessFaults: [fault] },
      { artifactScan: { state: 'leak', files: ['report.md'], findings: [finding] } },
      { artifactScan: { state: 'leak', files: [], findings: [] } },
    ];
    for (const fields of records) {
      for (const critical of ['passed', 'failed'] as const) {
        const record = { ...withVerdicts(critical, 'passed'), ...fields };
        expect(judge(record, true)).toMatchObject({ decision: 'INCONCLUSIVE', exitCode: 70 });
      }
    }
  });

  test('is never GO when nothing was judged: no check, all not-run, all skipped', () => {
    const all = (verdict: Verdict, severity: 'minor' | 'critical'): RunRecord =>
      sampleRecord({
        checks: [sampleCheck(verdict, { severity }), sampleCheck(verdict, { id: 'API-01', severity })],
      });

    for (const record of [
      sampleRecord({ checks: [] }),
      all('not-run', 'minor'),
      all('not-run', 'critical'),
      all('skipped', 'minor'),
      all('skipped', 'critical'),
    ]) {
      expect(judge(record, true)).toMatchObject({
        decision: 'INCONCLUSIVE',
        exitCode: 3,
        axes: { outcome: 'unknown' },
      });
    }
  });

  test('does not believe a pass that the record does not bear out', () => {
    const passed = sampleAttempt('passed');
    const bare = sampleAttempt('passed', { evidence: { ok: true, observed: [], refs: [] } });
    const short = sampleAttempt('passed', { evidence: { ...passed.evidence, ok: false } });
    for (const attempts of [[], [bare], [short], [passed, bare], [passed, sampleAttempt('inconclusive')]]) {
      for (const [severity, rule] of [
        ['critical', 4],
        ['minor', 5],
      ] as const) {
        const others = sampleRecord().checks.filter(({ id }) => id !== 'AGENT-01');
        const record = sampleRecord({ checks: [...others, sampleCheck('passed', { severity, attempts })] });

        expect(judge(record)).toMatchObject({
          decision: 'INCONCLUSIVE',
          reasons: [{ rule, check: 'AGENT-01' }],
        });
      }
    }
  });

  test('notices a check that is gone from the record, or there twice', () => {
    const whole = withVerdicts('failed', 'passed');
    const [first, , last] = whole.checks;
    if (first === undefined || last === undefined) throw new TypeError('expected three checks');

    expect(judge({ ...whole, checks: [first, last] })).toMatchObject({
      decision: 'INCONCLUSIVE',
      reasons: [{ rule: 4, text: expect.stringContaining('does not add up') }],
    });
    expect(judge({ ...sampleRecord(), checks: [...sampleRecord().checks, last] }).decision).toBe(
      'INCONCLUSIVE',
    );
  });

  test.each([
    ['required', [SAMPLE_REVISION], 'proven', 'GO'],
    ['required', [SAMPLE_REVISION.slice(0, 7)], 'proven', 'GO'],
    ['required', [OTHER], 'mismatch', 'INCONCLUSIVE'],
    ['required', [null], 'hidden', 'INCONCLUSIVE'],
    ['required', [SAMPLE_REVISION, OTHER], 'mixed', 'INCONCLUSIVE'],
    ['required', [SAMPLE_REVISION, null], 'mixed', 'INCONCLUSIVE'],
    ['required', [], 'not read', 'INCONCLUSIVE'],
    ['fingerprint', [SAMPLE_REVISION], 'proven', 'GO'],
    ['fingerprint', [OTHER], 'mismatch', 'INCONCLUSIVE'],
    ['fingerprint', [null], 'hidden', 'INCONCLUSIVE'],
    ['fingerprint', [], 'not read', 'INCONCLUSIVE'],
    ['unproven-accepted', [SAMPLE_REVISION], 'proven', 'GO'],
    ['unproven-accepted', [null], 'unproven-accepted', 'CONDITIONAL_GO'],
    ['unproven-accepted', [OTHER], 'mismatch', 'INCONCLUSIVE'],
    ['unproven-accepted', [OTHER, null], 'mixed', 'INCONCLUSIVE'],
    ['unproven-accepted', [], 'not read', 'INCONCLUSIVE'],
  ] as const)(
    'under revision policy %s and readings %j is about a revision %s: %s',
    (policy, readings, state, decision) => {
      expect(judge(withRevision(policy, readings))).toMatchObject({ decision, revision: { state } });
    },
  );

  test('takes a revision that nobody expected for unproven', () => {
    expect(judge(withRevision('required', [OTHER], null)).decision).toBe('INCONCLUSIVE');
    expect(judge(withRevision('unproven-accepted', [OTHER], null)).decision).toBe('CONDITIONAL_GO');
  });

  test.each([
    [
      'an observer that was too slow',
      { observer: { eventLoopLagP99Ms: 250.1, eventLoopLagMaxMs: 900, samples: 9 } },
      3,
    ],
    ['a run that goes on', { state: 'running' }, 3],
    ['a run that was interrupted', { state: 'interrupted', signal: 'SIGINT' }, 130],
    ['a run that was terminated', { state: 'interrupted', signal: 'SIGTERM' }, 143],
    ['artifacts that nobody scanned', { artifactScan: { state: 'pending', files: [], findings: [] } }, 3],
    ['a policy that cannot be read', { policy: { name: 'x', hash: '-', resolved: { schema: 1 } } }, 3],
    [
      'one shard',
      { selection: { scope: 'shard', filters: [], repeat: 1, shard: { index: 1, count: 2 } } },
      3,
    ],
    [
      'a filter, even one that matches everything',
      { selection: { scope: 'partial', filters: ['-t .'], repeat: 1, shard: null } },
      3,
    ],
  ] as const satisfies readonly (readonly [string, Partial<RunRecord>, number])[])(
    'is INCONCLUSIVE for %s',
    (_what, fields, exitCode) => {
      expect(judge({ ...sampleRecord(), ...fields }, true)).toMatchObject({
        decision: 'INCONCLUSIVE',
        exitCode,
      });
    },
  );

  test('says in the headline that it is about a part only', () => {
    const headline = (scope: RunRecord['selection']['scope']): string =>
      judge(sampleRecord({ selection: { scope, filters: [], repeat: 1, shard: { index: 2, count: 3 } } }))
        .headline;

    expect(SCOPES.map(headline)).toEqual([
      'GO',
      'GO (policy default)',
      'INCONCLUSIVE (partial run)',
      'INCONCLUSIVE (shard 2 of 3)',
    ]);
  });

  test('is final unless the run goes on', () => {
    expect(judge(sampleRecord()).state).toBe('final');
    expect(judge(sampleRecord({ state: 'running' })).state).toBe('running');
  });
});

describe('the reasons of a decision', () => {
  test('name rule 2 for a critical red and rule 3 for another', () => {
    const rules = judge(withVerdicts('failed', 'failed')).reasons.map(({ rule, check }) => [check, rule]);

    expect(rules).toEqual([
      ['AGENT-01', 2],
      ['API-01', 3],
    ]);
  });

  test.for([
    [250, 'GO'],
    [251, 'INCONCLUSIVE'],
  ] as const)('take %i ms of work without a sample of our own lag for %s', ([durationMs, decision]) => {
    const record = sampleRecord({
      checks: [sampleCheck('passed', { attempts: [sampleAttempt('passed', { durationMs })] })],
      observer: { eventLoopLagP99Ms: 0, eventLoopLagMaxMs: 0, samples: 0 },
    });

    expect(judge(record).decision).toBe(decision);
    expect(judge({ ...record, observer: { ...record.observer, samples: 1 } }).decision).toBe('GO');
  });
});
