import { describe, expect, test } from 'vitest';
import type { Evidence } from './evidence.ts';
import { mergeRuns, type RunPart } from './run-merge.ts';
import type { RunRecord } from './run-record.ts';
import { sampleCheck, sampleRecord } from './testing/sample-record.ts';
import type { Verdict } from './verdict.ts';

const IDS = ['PRE-01', 'AGENT-01', 'API-01'];

/** Shard `index` of three, which asked one of three checks. */
function shard(index: number, verdict: Verdict = 'passed', fields: Partial<RunRecord> = {}): RunPart {
  const checks = IDS.map((id, at) => ({
    ...sampleCheck(at === index - 1 ? verdict : 'not-run', { id }),
    selected: at === index - 1,
  }));
  const evidence: Evidence = {
    id: 'w1-1',
    check: IDS[index - 1] ?? null,
    atMs: 5,
    wallTime: '2026-03-01T10:00:00.005Z',
    body: { kind: 'ws.pong', connection: 'c1', roundTripMs: 1 },
  };
  return {
    record: sampleRecord({
      checks,
      runId: `20260301T100000Z-staging-00000${index}`,
      startedAt: `2026-03-01T10:00:0${index}.000Z`,
      selection: { scope: 'shard', filters: [], repeat: 1, shard: { index, count: 3 } },
      ...fields,
    }),
    evidence: [evidence],
    problems: [],
  };
}
const problems = (...parts: readonly RunPart[]): readonly string[] =>
  mergeRuns(parts).record.merge?.problems ?? [];

describe('merge of shards', () => {
  test('takes every check from the shard that asked it, whatever the order of the shards', () => {
    const parts = [shard(3, 'failed'), shard(1), shard(2, 'inconclusive')];
    const { record, evidence } = mergeRuns(parts);

    expect(record.checks.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual([
      'PRE-01 passed',
      'AGENT-01 inconclusive',
      'API-01 failed',
    ]);
    expect(record.merge?.problems).toEqual([]);
    expect(record.selection).toMatchObject({ scope: 'full', shard: null });
    expect(mergeRuns([...parts].reverse()).record).toEqual(record);
    expect(evidence.map(({ id }) => id)).toEqual(['s1.w1-1', 's2.w1-1', 's3.w1-1']);
  });

  test('puts all shards on one clock and keeps what points to evidence pointing there', () => {
    const { record, evidence } = mergeRuns([shard(1), shard(2), shard(3)]);

    expect(evidence.map(({ atMs }) => atMs)).toEqual([5, 1_005, 2_005]);
    expect(evidence.map(({ body }) => ('connection' in body ? body.connection : null))).toEqual([
      's1.c1',
      's2.c1',
      's3.c1',
    ]);
    expect(record.checks[1]?.attempts[0]?.evidence.refs).toEqual(['s2.w1-1', 's2.w1-2']);
  });

  test('names a red run of a shard that the reports folder knows and nobody handed in', () => {
    const parts = [shard(1), shard(2), shard(3)];
    const known = {
      runId: '20260301T095900Z-staging-00000a',
      environment: parts[0]?.record.target.environment ?? '',
      planHash: parts[0]?.record.plan.hash ?? '',
      seed: parts[0]?.record.seed ?? 0,
      shard: { index: 2, count: 3 },
      failed: ['AGENT-01'],
    };
    const merged = (fields: Partial<typeof known>) => mergeRuns(parts, [{ ...known, ...fields }]).record;

    expect(merged({}).merge?.problems).toEqual([
      expect.stringMatching(
        /^shard 2 of 3 was run as 20260301T095900Z-staging-00000a too, .+AGENT-01 failed/,
      ),
    ]);
    expect(merged({ failed: [] }).merge?.problems).toEqual([]);
    expect(merged({ failed: [] }).warnings).toContainEqual(expect.stringContaining('no check failed there'));
    const others = [
      { seed: 99 },
      { shard: { index: 4, count: 4 } },
      { planHash: '-' },
      { environment: 'other' },
      { runId: parts[1]?.record.runId ?? '' },
    ];
    for (const fields of others) expect(merged(fields).merge?.problems, JSON.stringify(fields)).toEqual([]);
  });

  test('keeps which attempt of its CI job a shard is', () => {
    const attempt = { variable: 'GITHUB_RUN_ATTEMPT', number: 2 };
    const { record } = mergeRuns([
      shard(1, 'passed', { attempt: { ...attempt, number: 1 } }),
      shard(2, 'passed', { attempt }),
      shard(3),
    ]);

    expect(record.attempt).toBeUndefined();
    expect(record.merge?.parts.map((part) => part.attempt?.number ?? null)).toEqual([1, 2, null]);
  });

  test('puts the behaviours of all shards together: one of them may have met another build', () => {
    const saw = (value: string): Partial<RunRecord> => ({
      revision: {
        ...sampleRecord().revision,
        fingerprint: {
          expected: { generation: 'reference' },
          seen: [{ behaviour: 'welcome', value, count: 2, firstAtMs: 5, lastAtMs: 7, evidence: 'w1-1' }],
        },
      },
    });
    const { record } = mergeRuns([
      shard(1, 'passed', saw('canonical')),
      shard(2, 'passed', saw('W3')),
      shard(3, 'passed', saw('canonical')),
    ]);
    const [oldest, canonical] = record.revision.fingerprint?.seen ?? [];

    expect(oldest).toMatchObject({ value: 'W3', count: 2, evidence: 's2.w1-1', firstAtMs: 1_005 });
    expect(canonical).toMatchObject({ count: 4, evidence: 's1.w1-1', firstAtMs: 5, lastAtMs: 2_007 });
  });

  test('names a shard that is missing, is there twice, did not end or was altered', () => {
    expect(problems(shard(1), shard(3))).toEqual(['shard 2 of 3 is missing']);
    const twice = shard(2, 'passed', { runId: '20260301T100000Z-staging-0000ff' });
    expect(problems(shard(1), shard(2), twice, shard(3))).toEqual([
      'shard 2 of 3 (20260301T100000Z-staging-0000ff) is there twice, also as 20260301T100000Z-staging-000002',
    ]);
    expect(problems(shard(1), shard(2, 'passed', { state: 'interrupted' }), shard(3))).toEqual([
      'shard 2 of 3 (20260301T100000Z-staging-000002) did not end: interrupted',
    ]);
    expect(problems(shard(1), { ...shard(2), problems: ['line 3'] }, shard(3))).toEqual([
      'shard 2 of 3 (20260301T100000Z-staging-000002) was altered: line 3',
    ]);
  });

  test('names a shard that is handed in twice beside the one that is missing, and counts it once', () => {
    const { record, evidence } = mergeRuns([shard(1), shard(1), shard(3)]);

    expect(record.merge?.problems).toEqual([
      'shard 1 of 3 (20260301T100000Z-staging-000001) is named twice',
      'shard 2 of 3 is missing',
    ]);
    expect(record.checks[0]?.attempts).toHaveLength(1);
    expect(evidence).toHaveLength(2);
  });

  test('names a shard of another day', () => {
    const late = shard(3, 'passed', { startedAt: '2026-03-02T11:00:00.000Z' });

    expect(problems(shard(1), shard(2), late)).toEqual([
      'shard 3 of 3 (20260301T100000Z-staging-000003) was begun more than a day apart from the first',
    ]);
    expect(problems(shard(1), shard(2), shard(3, 'passed', { timeScale: 0.5 }))).toEqual([
      expect.stringContaining('is of another run: other time scale'),
      'shard 3 of 3 is missing',
    ]);
  });

  test('takes nothing from a run that is no shard or a shard of another run', () => {
    const whole: RunPart = { ...shard(2), record: sampleRecord({ runId: 'whole' }) };
    expect(problems(shard(1), whole, shard(3))).toEqual(['whole is no shard', 'shard 2 of 3 is missing']);
    for (const [name, fields] of [
      ['plan', { plan: { hash: 'e'.repeat(64), manifestHash: 'c'.repeat(64) } }],
      ['policy', { policy: { ...sampleRecord().policy, hash: 'e'.repeat(64) } }],
      ['target', { target: { ...sampleRecord().target, environment: 'staging' } }],
      ['seed', { seed: sampleRecord().seed + 1 }],
      ['harness', { harness: { ...sampleRecord().harness, version: '9.9.9' } }],
    ] as const) {
      expect(problems(shard(1), shard(2, 'passed', fields), shard(3))).toEqual([
        expect.stringContaining(`is of another run: other ${name}`),
        'shard 2 of 3 is missing',
      ]);
    }
  });

  test('keeps the worst of what the shards saw around their checks', () => {
    const fault = { code: 'WORKER_DIED', message: 'a worker died', next: null } as const;
    const { record } = mergeRuns([
      shard(1, 'passed', { observer: { eventLoopLagP99Ms: 300, eventLoopLagMaxMs: 400, samples: 10 } }),
      shard(2, 'passed', { harnessFaults: [fault] }),
      shard(3, 'passed', { artifactScan: { state: 'leak', files: [], findings: [] } }),
    ]);

    expect(record.observer).toEqual({ eventLoopLagP99Ms: 300, eventLoopLagMaxMs: 400, samples: 610 });
    expect(record.harnessFaults).toEqual([fault]);
    expect(record.artifactScan.state).toBe('leak');
  });
});
