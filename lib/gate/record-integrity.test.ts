import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../evidence/check-result.ts';
import type { RecordedCheck, RunRecord } from '../evidence/run-record.ts';
import {
  SAMPLE_CAPABILITY,
  sampleAttempt,
  sampleCheck,
  samplePolicy,
  sampleRecord,
  sampleWaiver,
  withPolicy,
} from '../evidence/testing/sample-record.ts';
import { decide } from './decide.ts';
import { integrityReasons } from './record-integrity.ts';

const others = sampleRecord().checks.filter(({ id }) => id !== 'AGENT-01');
const withCheck = (check: RecordedCheck, fields: Partial<RunRecord> = {}): RunRecord =>
  sampleRecord({ checks: [...others, check], ...fields });
const passed = (fields: Partial<CheckResult>): RecordedCheck =>
  sampleCheck('passed', { attempts: [sampleAttempt('passed', fields)] });
const seen = (fields: Partial<CheckResult['evidence']>): RecordedCheck =>
  passed({ evidence: { ...sampleAttempt('passed').evidence, ...fields } });
const { violations } = sampleAttempt('failed');
const reason = { code: 'BLOCKED', message: 'it stands on another', next: null } as const;

describe('a check of a record', () => {
  test.each([
    ['holds a violation', passed({ violations }), 'that is passed holds a violation'],
    ['has a reason for not passing', passed({ reason }), 'says why it is not'],
    ['is blocked', passed({ blockedBy: 'welcome' }), 'says why it is not'],
    ['was of another check', passed({ id: 'AGENT-02' }), 'an attempt at another check'],
    ['ended before it began', passed({ durationMs: -1 }), 'ended before it began'],
    ['went on after the run', passed({ durationMs: 66_000 }), 'went on after the run had ended'],
    ['began before the run', passed({ startedAtMs: -60_000 }), 'before the run began'],
    ['saw nothing that it needs', seen({ observed: [] }), 'without an observation that it needs'],
    [
      'saw another thing than it needs',
      seen({ observed: [{ observation: 'ws.open', floor: 1, observed: 9 }] }),
      'without an observation that it needs',
    ],
    [
      'saw less than it needs',
      seen({ observed: [{ observation: 'chat.turn', floor: 1, observed: 0 }] }),
      'without an observation that it needs',
    ],
    [
      'stays below a floor of its own',
      seen({
        observed: [
          { observation: 'chat.turn', floor: 1, observed: 1 },
          { observation: 'ws.open', floor: 2, observed: 1 },
        ],
      }),
      'below its own floor',
    ],
    ['names no record', seen({ refs: [] }), 'without its evidence'],
    [
      'names more records than there are',
      seen({ refs: Array.from({ length: 13 }, (_, at) => `w1-${at}`) }),
      'more evidence than the run has',
    ],
  ] as const)('that passed by an attempt that %s is not believed', (_what, check, text) => {
    for (const severity of ['critical', 'minor'] as const) {
      const { decision, reasons } = decide(withCheck({ ...check, severity }, {}));

      expect(decision).toBe('INCONCLUSIVE');
      expect(reasons).toContainEqual(
        expect.objectContaining({ check: 'AGENT-01', text: expect.stringContaining(text) }),
      );
    }
  });

  test('that was not selected has no verdict', () => {
    expect(decide(withCheck({ ...sampleCheck('passed'), selected: false })).decision).toBe('INCONCLUSIVE');
    expect(integrityReasons(withCheck({ ...sampleCheck('not-run'), selected: false }))).toEqual([]);
  });

  test('that is repeated passes by all of its attempts only', () => {
    const repeated = (...numbers: readonly number[]): RunRecord =>
      withCheck(
        sampleCheck('passed', { attempts: numbers.map((attempt) => sampleAttempt('passed', { attempt })) }),
        { selection: { scope: 'full', filters: [], repeat: 3, shard: null } },
      );
    const problems = (record: RunRecord): readonly (string | null)[] =>
      integrityReasons(record)
        .filter(({ check }) => check === 'AGENT-01')
        .map(({ text }) => text);

    expect(problems(repeated(1, 2, 3))).toEqual([]);
    expect(problems(repeated(1, 2))).toEqual([expect.stringContaining('after 2 attempts of 3')]);
    expect(problems(repeated(1, 2, 2))).toEqual([expect.stringContaining('after 3 attempts of 3')]);
  });

  test('is skipped only where the policy declares what it needs missing', () => {
    const skipped = sampleCheck('skipped', { severity: 'minor' });
    const undeclared = withPolicy(withCheck(skipped), { missingCapabilities: [] });

    expect(decide(withCheck(skipped)).decision).toBe('GO');
    expect(decide({ ...undeclared, capabilities: [] })).toMatchObject({
      decision: 'INCONCLUSIVE',
      reasons: [{ rule: 5, text: expect.stringContaining('none of its capabilities missing') }],
    });
    expect(decide(withCheck({ ...skipped, capabilities: [] })).decision).toBe('INCONCLUSIVE');
    expect(SAMPLE_CAPABILITY).not.toBe('production-twin');
    expect(decide(withCheck({ ...skipped, capabilities: ['production-twin'] })).decision).toBe('GO');
  });

  test('is skipped with the check that it stands on, unless it is a blocker', () => {
    const under = sampleCheck('skipped', {
      id: 'AGENT-02',
      severity: 'minor',
      attempts: [sampleAttempt('skipped', { id: 'AGENT-02' })],
    });
    const above = (severity: RecordedCheck['severity'], by = 'AGENT-02'): RunRecord => {
      const attempts = [sampleAttempt('skipped', { blockedBy: by })];
      const check = sampleCheck('skipped', { severity, capabilities: [], attempts });
      return sampleRecord({ checks: [...others, check, under] });
    };

    expect(decide(above('major')).reasons).toEqual([]);
    expect(decide(above('critical')).decision).toBe('CONDITIONAL_GO');
    expect(decide(above('blocker')).decision).toBe('INCONCLUSIVE');
    expect(decide(above('major', 'AGENT-99')).decision).toBe('INCONCLUSIVE');
    expect(decide(above('major', 'AGENT-01')).decision).toBe('INCONCLUSIVE');
  });

  test('has an attempt that ended as it did, so that a waiver excuses no other word', () => {
    const gate = { acceptConditional: false, change: [], waivers: [sampleWaiver({ check: 'AGENT-01' })] };
    const bare = sampleCheck('failed', { severity: 'minor', attempts: [] });
    const hidden = sampleCheck('inconclusive', {
      severity: 'minor',
      attempts: [sampleAttempt('inconclusive', { violations })],
    });

    expect(decide(withCheck({ ...bare, attempts: [sampleAttempt('failed')] }, { gate })).decision).toBe(
      'CONDITIONAL_GO',
    );
    expect(decide(withCheck(bare, { gate })).decision).toBe('INCONCLUSIVE');
    expect(decide(withCheck(hidden, { gate })).decision).toBe('INCONCLUSIVE');
  });

  test('agrees with the rung that it reports on', () => {
    const check = { ...sampleCheck('passed'), rung: 'welcome' };
    const rung = (state: RunRecord['preflight'][number]['state']): Partial<RunRecord> => ({
      preflight: [
        {
          rung: 'welcome',
          title: 'a welcome',
          owner: 'backend',
          state,
          blockedBy: null,
          expected: '-',
          actual: '-',
          next: '-',
          rule: null,
          warnings: [],
          elapsedMs: 1,
          evidence: [],
        },
      ],
    });

    expect(decide(withCheck(check, rung('held'))).decision).toBe('GO');
    expect(decide(withCheck(check, rung('not-applicable'))).decision).toBe('GO');
    for (const state of ['broken', 'undecided', 'blocked'] as const) {
      expect(decide(withCheck(check, rung(state))).decision).toBe('INCONCLUSIVE');
    }
    expect(decide(withCheck(check)).decision).toBe('INCONCLUSIVE');
  });
});

describe('a record', () => {
  const record = sampleRecord();
  const [reading] = record.revision.readings;
  if (reading === undefined) throw new TypeError('expected a reading');
  const listed = samplePolicy({ checks: record.checks.map(({ id }) => id) });

  test('of an honest run contradicts nothing', () => {
    expect(integrityReasons(record)).toEqual([]);
    expect(
      integrityReasons({ ...record, policy: listed, selection: { ...record.selection, scope: 'smoke' } }),
    ).toEqual([]);
  });

  test.each([
    ['ended before it began', { startedAt: '2026-03-01T11:00:00.000Z' }, 'ended before it began'],
    ['has a time that is none', { decidedAt: 'soon' }, 'cannot be read'],
    ['was decided before its end', { decidedAt: '2026-02-01T10:00:05.000Z' }, 'another time than its end'],
    ['has no end', { endedAt: null, decidedAt: record.startedAt }, 'has no end'],
    ['is complete and was interrupted', { signal: 'SIGINT' }, 'ended by SIGINT'],
    [
      'has another policy than its hash',
      { policy: { ...record.policy, hash: 'b'.repeat(64) } },
      'name and hash',
    ],
    ['has another policy than its name', { policy: { ...record.policy, name: 'smoke' } }, 'name and hash'],
    ['is whole by a policy that lists a part', { policy: listed }, 'calls itself whole'],
    [
      'lacks a check that its policy lists',
      { policy: samplePolicy({ checks: [...record.checks.map(({ id }) => id), 'AUTH-01'] }) },
      'not those that its policy lists',
    ],
    [
      'judged the revision by another rule',
      { revision: { ...record.revision, policy: 'unproven-accepted' }, policy: record.policy },
      'another rule than the policy',
    ],
    [
      'lacks a capability that nobody declared missing',
      { capabilities: [{ capability: 'tls', owner: 'backend', reason: '-', expires: '-' }] },
      'not those that its policy declares',
    ],
    ['lost evidence', { evidence: { ...record.evidence, records: 11 } }, 'does not add up: 11 records, 12'],
    [
      'was scanned clean with a finding',
      {
        artifactScan: {
          state: 'clean',
          files: ['run.json'],
          findings: [{ file: 'run.json', secret: 'key', count: 1 }],
        },
      },
      'clean and has findings',
    ],
    ['was scanned without a file', { artifactScan: { state: 'clean', files: [], findings: [] } }, 'no file'],
    [
      'measured the impossible',
      { observer: { eventLoopLagP99Ms: -1, eventLoopLagMaxMs: 1, samples: 1 } },
      'cannot be',
    ],
    [
      'read the revision backwards',
      { revision: { ...record.revision, readings: [{ ...reading, firstAtMs: 5_000 }] } },
      'do not add up',
    ],
    [
      'read the revision no time',
      { revision: { ...record.revision, readings: [{ ...reading, count: 0 }] } },
      'do not add up',
    ],
  ] as const satisfies readonly (readonly [string, Partial<RunRecord>, string])[])(
    'that %s is never GO',
    (_what, fields, text) => {
      const { decision, reasons } = decide({ ...record, ...fields });

      expect(decision).toBe('INCONCLUSIVE');
      expect(reasons).toContainEqual(
        expect.objectContaining({ check: null, text: expect.stringContaining(text) }),
      );
    },
  );
});
