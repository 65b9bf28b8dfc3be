import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RecordedCheck, RungResult, RunRecord } from '../evidence/run-record.ts';
import { sampleAttempt, sampleCheck, sampleRecord } from '../evidence/testing/sample-record.ts';
import { kindOfVerdict, SEVERITIES, type Verdict, VERDICTS } from '../evidence/verdict.ts';
import { decisiveAttempt, groupReds, type RedGroup } from './red-group.ts';

const rules = (rule: string): { readonly nextStep: string } => ({ nextStep: `mend ${rule}` });

function rung(name: string, state: RungResult['state']): RungResult {
  return {
    rung: name,
    title: `the rung ${name} holds`,
    owner: 'operations',
    state,
    blockedBy: null,
    expected: 'it holds',
    actual: 'it does not',
    next: 'mend it',
    rule: state === 'broken' ? 'HLT-DOWN' : null,
    warnings: [],
    elapsedMs: 1,
    evidence: ['m-1'],
  };
}

const blocked = (id: string, by: string | null, fields: Partial<RecordedCheck> = {}): RecordedCheck =>
  sampleCheck('blocked', { id, attempts: [sampleAttempt('blocked', { id, blockedBy: by })], ...fields });
const red = (id: string, fields: Partial<RecordedCheck> = {}): RecordedCheck =>
  sampleCheck('failed', { id, ...fields });
const groups = (fields: Partial<RunRecord>): readonly RedGroup[] => groupReds(sampleRecord(fields), rules);
const shape = (list: readonly RedGroup[]): readonly object[] =>
  list.map((group) => ({ root: group.root, checks: group.checks, blocked: group.blocked }));

describe('groups of reds', () => {
  test('tell a broken rung once, with everything that stands on it', () => {
    const list = groups({
      preflight: [rung('health', 'held'), rung('token', 'broken')],
      checks: [
        red('PRE-09', { rung: 'token' }),
        blocked('PRE-10', 'token', { rung: 'opening-handshake' }),
        blocked('AGENT-01', 'token'),
        sampleCheck('passed', { id: 'API-01' }),
      ],
    });

    expect(list).toHaveLength(1);
    expect(list[0]).toMatchObject({
      root: 'PRE-09',
      kind: 'red',
      rule: 'HLT-DOWN',
      where: 'preflight rung token',
      checks: ['PRE-09'],
      blocked: ['PRE-10', 'AGENT-01'],
    });
  });

  test('follow a chain of blocked checks down to its root', () => {
    const list = groups({
      preflight: [rung('token', 'undecided')],
      checks: [
        blocked('AGENT-01', 'token'),
        blocked('AGENT-02', 'AGENT-01'),
        blocked('AGENT-03', 'AGENT-02'),
      ],
    });

    expect(shape(list)).toEqual([
      { root: 'token', checks: [], blocked: ['AGENT-01', 'AGENT-02', 'AGENT-03'] },
    ]);
    expect(list[0]?.kind).toBe('unknown');
  });

  test('put what hangs on a red check under that check, with its rule and what to do', () => {
    const list = groups({ checks: [red('AUTH-01'), blocked('AUTH-02', 'AUTH-01')] });

    expect(shape(list)).toEqual([{ root: 'AUTH-01', checks: ['AUTH-01'], blocked: ['AUTH-02'] }]);
    expect(list[0]).toMatchObject({
      rule: 'ORD-TERMINAL-MISSING',
      expected: 'agent_completed',
      actual: 'silence',
      evidence: ['w1-2'],
      next: 'mend ORD-TERMINAL-MISSING',
    });
  });

  test('do not lose a check whose blocker is not red itself, or is gone, or is a circle', () => {
    const list = groups({
      checks: [
        sampleCheck('skipped', { id: 'API-01' }),
        blocked('API-02', 'API-01'),
        blocked('API-03', 'NOPE-01'),
        blocked('API-04', 'API-05'),
        blocked('API-05', 'API-04'),
        blocked('API-06', null),
      ],
    });

    expect(list.flatMap((group) => [...group.checks, ...group.blocked]).toSorted()).toEqual([
      'API-02',
      'API-03',
      'API-04',
      'API-05',
      'API-06',
    ]);
  });

  test('tell unknowns that share one fate once', () => {
    const list = groups({
      checks: [
        sampleCheck('inconclusive', { id: 'API-01' }),
        sampleCheck('inconclusive', { id: 'API-02' }),
        sampleCheck('not-run', { id: 'API-03' }),
        sampleCheck('not-run', { id: 'API-04' }),
      ],
    });

    expect(shape(list)).toEqual([
      { root: 'no answer', checks: ['API-01', 'API-02'], blocked: [] },
      { root: 'not run', checks: ['API-03', 'API-04'], blocked: [] },
    ]);
  });

  test('leave out what a filter left out', () => {
    expect(groups({ checks: [sampleCheck('not-run', { selected: false })] })).toEqual([]);
  });

  test('put reds before unknowns and the heavier first', () => {
    const list = groups({
      checks: [
        sampleCheck('inconclusive', { id: 'API-01', severity: 'blocker' }),
        red('API-02', { severity: 'minor' }),
        red('API-03', { severity: 'blocker' }),
      ],
    });

    expect(list.map(({ root }) => root)).toEqual(['API-03', 'API-02', 'API-01']);
  });

  test('count every bad check that was selected exactly once, and no good one', () => {
    const names = ['dns', 'health', 'token', 'welcome'];
    const ids = Array.from({ length: 12 }, (_, at) => `AUTH-${String(at + 10)}`);
    const arbitraryChecks = fc.array(
      fc.record({
        verdict: fc.constantFrom<Verdict>(...VERDICTS, 'blocked', 'blocked'),
        blockedBy: fc.constantFrom(...names, ...ids, 'NOPE-01', null),
        rung: fc.option(fc.constantFrom(...names)),
        severity: fc.constantFrom(...SEVERITIES),
        selected: fc.boolean(),
      }),
      { maxLength: ids.length },
    );
    const states = fc.array(
      fc.constantFrom<RungResult['state']>('held', 'broken', 'undecided', 'blocked', 'not-applicable'),
      { minLength: names.length, maxLength: names.length },
    );
    fc.assert(
      fc.property(arbitraryChecks, states, (parts, rungStates) => {
        const checks = parts.map(({ verdict, blockedBy, ...fields }, at) => {
          const id = ids[at] ?? '';
          const plain = sampleCheck(verdict, { id, ...fields });
          return verdict === 'blocked' ? blocked(id, blockedBy, fields) : plain;
        });
        const preflight = names.map((name, at) => rung(name, rungStates[at] ?? 'held'));
        const told = groups({ checks, preflight }).flatMap((group) => [...group.checks, ...group.blocked]);
        const bad = checks.filter(
          ({ selected, verdict }) => selected && ['red', 'unknown'].includes(kindOfVerdict(verdict)),
        );

        expect(told.toSorted()).toEqual(bad.map(({ id }) => id).toSorted());
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('decisive attempt', () => {
  test('is the last of those that made the verdict', () => {
    const attempts = [
      sampleAttempt('failed', { attempt: 1 }),
      sampleAttempt('failed', { attempt: 2 }),
      sampleAttempt('passed', { attempt: 3 }),
    ];

    expect(decisiveAttempt(sampleCheck('failed', { attempts }))?.attempt).toBe(2);
    expect(decisiveAttempt(sampleCheck('not-run', { attempts }))?.attempt).toBe(3);
    expect(decisiveAttempt(sampleCheck('not-run'))).toBeNull();
  });
});
