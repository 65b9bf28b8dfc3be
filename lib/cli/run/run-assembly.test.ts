import { describe, expect, test } from 'vitest';
import { sampleSettings } from '../../config/testing/sample-settings.ts';
import type { Evidence, RecordedHeaders } from '../../evidence/evidence.ts';
import { createPlan, planHash, type PlannedCheck } from '../../evidence/plan.ts';
import { runRecordSchema } from '../../evidence/run-record.ts';
import { sampleAttempt, samplePlannedCheck } from '../../evidence/testing/sample-record.ts';
import { decide } from '../../gate/decide.ts';
import {
  closingRecord,
  headerReadings,
  openingRecord,
  type RunBasis,
  type RunFindings,
} from './run-assembly.ts';
import { select } from './selection.ts';
import type { WorkResults } from './work-files.ts';

const settings = sampleSettings();
const checks = [samplePlannedCheck({ id: 'AGENT-01' }), samplePlannedCheck({ id: 'AGENT-02' })];

function basisOf(planned: readonly PlannedCheck[] = checks, ids: readonly string[] = []): RunBasis {
  const plan = createPlan(planned);
  return {
    runId: '20260301T100000Z-local-0a1b2c',
    version: '0.1.0',
    startedAt: new Date('2026-03-01T10:00:00.000Z'),
    seed: 7,
    repeat: 1,
    settings,
    report: [],
    warnings: [],
    policy: {
      schema: 1,
      name: 'default',
      checks: 'all',
      revision: 'required',
      missingCapabilities: [],
      observer: { maxEventLoopLagP99Ms: 250 },
    },
    plan,
    manifest: plan,
    selection: select(plan.checks, { suites: [], checks: ids, pattern: null, shard: null, shortPlan: false }),
    shard: null,
    acceptConditional: false,
    change: [],
    waivers: [],
    history: [],
    baseline: null,
  };
}
function findingsOf(work: Partial<WorkResults>, fields: Partial<RunFindings> = {}): RunFindings {
  return {
    state: 'complete',
    signal: null,
    endedAt: new Date('2026-03-01T10:00:05.000Z'),
    preflight: { rungs: [], evidence: [], authTransport: 'authorization-header' },
    readings: [],
    work: {
      declared: checks,
      results: [],
      unfinished: [],
      faults: [],
      observer: { eventLoopLagP99Ms: 1, eventLoopLagMaxMs: 2, samples: 3 },
      evidence: [],
      ...work,
    },
    faults: [],
    evidence: [],
    rootHash: '0'.repeat(64),
    ...fields,
  };
}
const note = (id: string): Evidence => ({
  id,
  check: null,
  atMs: 1,
  wallTime: '2026-03-01T10:00:00.001Z',
  body: { kind: 'note', text: 'something was seen' },
});
const passed = (id: string, attempt = 1): ReturnType<typeof sampleAttempt> =>
  sampleAttempt('passed', { id, attempt });
const verdicts = (work: Partial<WorkResults>, basis = basisOf()): readonly string[] =>
  closingRecord(basis, findingsOf(work)).checks.map(({ id, verdict }) => `${id} ${verdict}`);
const faults = (basis: RunBasis, findings: RunFindings): readonly string[] =>
  closingRecord(basis, findings).harnessFaults.map(({ code, message }) => `${code} ${message}`);

describe('record of a run', () => {
  test('holds the whole plan as not-run, and no GO, before the first packet', () => {
    const record = openingRecord(basisOf());

    expect(runRecordSchema.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
    expect(record.checks.map(({ verdict }) => verdict)).toEqual(['not-run', 'not-run']);
    expect(record.plan.hash).toBe(planHash(createPlan(checks)));
    expect(decide({ ...record, gate: { ...record.gate, acceptConditional: true } })).toMatchObject({
      decision: 'INCONCLUSIVE',
      exitCode: 3,
    });
  });

  test('is GO when every check of the plan passed with its evidence', () => {
    const revision = settings.expectedRevision;
    const reading = { source: 'x', revision, firstAtMs: 1, lastAtMs: 1, count: 1, evidence: 'm-1' };
    const closing = closingRecord(
      basisOf(),
      findingsOf(
        { results: checks.map(({ id }) => passed(id)) },
        { readings: [reading], evidence: [note('w1-1'), note('w1-2')] },
      ),
    );
    const artifactScan = { state: 'clean', files: ['run.json'], findings: [] } as const;
    const record = { ...closing, artifactScan };

    expect(decide(runRecordSchema.parse(record))).toMatchObject({
      decision: 'GO',
      reasons: [],
    });
  });

  test('has no secret of the settings in it', () => {
    const text = JSON.stringify(openingRecord(basisOf()));

    expect(text).not.toContain(settings.bypassKey?.reveal());
    expect(text).not.toContain(settings.jwtSecretKey?.reveal());
  });

  test('takes a check that began and never ended, or never began, for not-run', () => {
    expect(verdicts({ results: [passed('AGENT-01')], unfinished: ['AGENT-02'] })).toEqual([
      'AGENT-01 passed',
      'AGENT-02 not-run',
    ]);
    expect(verdicts({ results: [passed('AGENT-01')] })).toEqual(['AGENT-01 passed', 'AGENT-02 not-run']);
    expect(verdicts({ results: [passed('AGENT-01')], unfinished: ['AGENT-01'] })[0]).toBe('AGENT-01 not-run');
  });

  test('gives the worst attempt of a repeated check', () => {
    const red = sampleAttempt('failed', { id: 'AGENT-01', attempt: 2 });

    expect(verdicts({ results: [passed('AGENT-01'), red, passed('AGENT-01', 3)] })[0]).toBe(
      'AGENT-01 failed',
    );
  });

  test('keeps what a filter left out in the plan', () => {
    const record = closingRecord(
      basisOf(checks, ['AGENT-02']),
      findingsOf({ results: [passed('AGENT-02')] }),
    );

    expect(record.checks.map(({ selected, verdict }) => [selected, verdict])).toEqual([
      [false, 'not-run'],
      [true, 'passed'],
    ]);
    expect(record.selection.scope).toBe('partial');
  });

  test('is void when the specs declare other checks than the plan', () => {
    const [first, second] = checks;
    if (first === undefined || second === undefined) throw new TypeError('expected two checks');
    const stray = samplePlannedCheck({ id: 'AGENT-09' });

    expect(faults(basisOf(), findingsOf({ declared: [first, second, stray] }))).toEqual([
      'PLAN_DRIFT AGENT-09 is declared and not planned',
    ]);
    expect(faults(basisOf(), findingsOf({ declared: [first] }))).toEqual([
      'PLAN_DRIFT planned and declared by no spec: AGENT-02',
    ]);
    expect(faults(basisOf(), findingsOf({ declared: [first, second, first] }))).toEqual([
      'PLAN_DRIFT AGENT-01 is declared twice',
    ]);
    expect(faults(basisOf(), findingsOf({}))).toEqual([]);
  });

  test('does not blame the plan for what an interrupt kept from being declared', () => {
    const [first = samplePlannedCheck()] = checks;

    expect(
      faults(basisOf(), findingsOf({ declared: [first] }, { state: 'interrupted', signal: 'SIGINT' })),
    ).toEqual([]);
  });

  test('counts the records by kind', () => {
    const note: Evidence = {
      id: 'm-1',
      check: null,
      atMs: 1,
      wallTime: '2026-03-01T10:00:00.000Z',
      body: { kind: 'note', text: 'x' },
    };

    expect(closingRecord(basisOf(), findingsOf({}, { evidence: [note, note] })).evidence).toMatchObject({
      records: 2,
      kinds: { note: 2 },
    });
  });
});

describe('readings of the revision in headers', () => {
  const answer = (id: string, url: string, headers: RecordedHeaders): Evidence => ({
    id,
    check: null,
    atMs: Number(id),
    wallTime: '2026-03-01T10:00:00.000Z',
    body: {
      kind: 'http.exchange',
      method: 'GET',
      url,
      requestHeaders: {},
      requestBytes: 0,
      subject: null,
      outcome: { kind: 'answered', status: 200, headers, bodySample: '', bodyBytes: 0, bodyCut: false },
      timings: { dnsMs: null, tcpMs: null, tlsMs: null, waitMs: null, bodyMs: null, totalMs: 1 },
    },
  });
  const from = (revision: string): RecordedHeaders => ({ [settings.revisionHeader]: revision });
  const backend = `${settings.backendUrl}/health`;

  test('are folded while they are equal, and kept apart when they change and change back', () => {
    const readings = headerReadings(
      [
        answer('1', backend, from('a')),
        answer('2', backend, from('a')),
        answer('3', backend, from('b')),
        answer('4', backend, from('a')),
      ],
      settings,
    );

    expect(
      readings.map(({ revision, firstAtMs, lastAtMs, count, evidence }) => [
        revision,
        firstAtMs,
        lastAtMs,
        count,
        evidence,
      ]),
    ).toEqual([
      ['a', 1, 2, 2, '1'],
      ['b', 3, 3, 1, '3'],
      ['a', 4, 4, 1, '4'],
    ]);
  });

  test('name the connections that were told, the first twenty of them', () => {
    const opening = (at: number): Evidence => ({
      id: `h-${at}`,
      check: null,
      atMs: at,
      wallTime: '2026-03-01T10:00:00.000Z',
      body: {
        kind: 'ws.handshake',
        connection: `c${at}`,
        url: settings.websocketUrl,
        transport: 'authorization-header',
        subject: null,
        offered: [],
        requestHeaders: {},
        outcome: { kind: 'open', subprotocol: null, headers: from(at < 3 ? 'a' : 'b') },
        timings: { dnsMs: null, tcpMs: null, tlsMs: null, waitMs: null, bodyMs: null, totalMs: 1 },
        peer: null,
      },
    });
    const [before, after] = headerReadings(
      [1, 2, ...Array.from({ length: 30 }, (_, at) => at + 3)].map(opening),
      settings,
    );

    expect([before?.revision, before?.connections]).toEqual(['a', ['c1', 'c2']]);
    expect([after?.revision, after?.count, after?.connections?.length]).toEqual(['b', 30, 20]);
    expect(headerReadings([answer('1', backend, from('a'))], settings)[0]).not.toHaveProperty('connections');
  });

  test('come from the backend only, and from answers that carry one', () => {
    expect(
      headerReadings(
        [
          answer('1', 'http://127.0.0.1:9999/health', from('a')),
          answer('2', `${settings.authServiceUrl}/health`, from('b')),
          answer('3', backend, {}),
          answer('4', backend, from('')),
        ],
        settings,
      ),
    ).toEqual([]);
  });
});
