import { describe, expect, test } from 'vitest';
import { samplePlannedCheck } from '../evidence/testing/sample-record.ts';
import { healthyRecord } from './healthy-record.ts';
import { type HealthyResult, type ProofFindings, proofRecord, type ProofResult } from './proof-record.ts';
import { healthyText, proofReport } from './proof-report.ts';
import { sampleEntry } from './testing/sample-entry.ts';

const GREEN: HealthyResult = {
  seed: 7,
  shuffled: false,
  decision: 'GO',
  exitCode: 0,
  planned: 1,
  passed: 1,
  problems: [],
  elapsedMs: 900,
  repeats: 0,
  run: null,
};
const ENTRY = sampleEntry({
  fault: 'silence-gap=9000',
  failed: [{ check: 'AGENT-01', rules: ['ORD-TERMINAL-MISSING'] }],
});
const PROVEN: ProofResult = {
  fault: ENTRY.fault,
  expect: 'red',
  firings: 2,
  decision: 'NO_GO',
  exitCode: 1,
  failed: [{ check: 'AGENT-01', rules: ['ORD-TERMINAL-MISSING'] }],
  inconclusive: [],
  blocked: [],
  passed: 4,
  executed: ['AGENT-01'],
  elapsedMs: 1_200,
  repeats: 0,
  spoiltBy: [],
  problems: [],
  credited: true,
  hasLeak: false,
  run: null,
};
const REFUSED: ProofResult = { ...PROVEN, credited: false, problems: ['it was a no-op'], run: 'runs/x' };

const findings = (fields: Partial<ProofFindings> = {}): ProofFindings => ({
  id: '20260301T100000Z-prove-0a1b2c',
  state: 'complete',
  startedAt: '2026-03-01T10:00:00.000Z',
  endedAt: '2026-03-01T10:01:00.000Z',
  seed: 7,
  jobs: 2,
  scope: 'all',
  filters: [],
  baseline: GREEN,
  declared: [ENTRY.fault],
  results: [PROVEN],
  matrix: [ENTRY],
  plan: [samplePlannedCheck()],
  backendFaults: ['silence-gap'],
  signal: null,
  ...fields,
});

describe('the sum of a session of proofs', () => {
  test('is GO when every check was turned red and every fault is named', () => {
    const record = proofRecord(findings());

    expect(record.exitCode).toBe(0);
    expect(record.score.text).toBe('gate mutation score: 1/1');
    expect(record.problems).toEqual([]);
    expect(record.coverage.redBy).toEqual({ 'AGENT-01': ['silence-gap=9000'] });
  });

  test('names a check that no fault turns red', () => {
    const plan = [samplePlannedCheck(), samplePlannedCheck({ id: 'API-01' })];
    const record = proofRecord(findings({ plan }));

    expect(record.exitCode).toBe(1);
    expect(record.problems).toEqual(['no fault turns API-01 red']);
  });

  test('names a fault of the backend without an entry, and an entry without a fault', () => {
    const record = proofRecord(findings({ backendFaults: ['down'] }));

    expect(record.exitCode).toBe(1);
    expect(record.problems).toEqual([
      'the matrix names a fault that the backend does not have: silence-gap',
      'no entry names the fault down',
    ]);
  });

  test('credits nothing without a green baseline, and the target was not judged', () => {
    for (const baseline of [null, { ...GREEN, problems: ['false alarm: AGENT-01 failed'] }]) {
      const record = proofRecord(findings({ baseline }));

      expect(record.exitCode).toBe(3);
      expect(record.score.credited).toBe(0);
      expect(record.coverage.unproven).toEqual(['AGENT-01']);
    }
  });

  test('counts what was not proven and what was not executed against the score', () => {
    const refused = proofRecord(findings({ results: [REFUSED] }));
    const missed = proofRecord(findings({ results: [] }));

    expect(refused.exitCode).toBe(1);
    expect(refused.score.text).toBe('gate mutation score: 0/1');
    expect(refused.problems).toContain('not proven: silence-gap=9000');
    expect(missed.problems).toContain('declared and not executed: silence-gap=9000');
  });

  test('says of a part no more than inconclusive, and red of a red part', () => {
    const plan = [samplePlannedCheck(), samplePlannedCheck({ id: 'API-01' })];

    expect(proofRecord(findings({ scope: 'partial', plan })).exitCode).toBe(3);
    expect(proofRecord(findings({ scope: 'partial', results: [REFUSED] })).exitCode).toBe(1);
  });

  test('is void with a leak, and ends as the signal says', () => {
    expect(proofRecord(findings({ results: [{ ...PROVEN, hasLeak: true }] })).exitCode).toBe(70);
    expect(proofRecord(findings({ signal: 'SIGINT' })).exitCode).toBe(130);
    expect(proofRecord(findings({ signal: 'SIGTERM' })).exitCode).toBe(143);
  });
});

describe('the report of a session', () => {
  test('shows score, problems, the matrix, and who turns a check red', () => {
    const text = proofReport(proofRecord(findings({ results: [REFUSED] })));

    expect(text).toContain('gate mutation score: 0/1');
    expect(text).toContain('- it was a no-op');
    expect(text).toContain('AGENT-01 ORD-TERMINAL-MISSING');
    expect(text).toContain('| AGENT-01 | – |');
  });

  test('lets no text of a target break its table', () => {
    const hostile = { ...REFUSED, problems: ['a | b\n# heading <script>'] };
    const text = proofReport(proofRecord(findings({ results: [hostile] })));

    expect(text).toContain('- a \\| b # heading &lt;script>');
  });
});

describe('a proof that was made again', () => {
  test('is named with what spoilt it the first time', () => {
    const again: ProofResult = { ...PROVEN, spoiltBy: ['false alarm: ISO-01 is inconclusive'] };
    const text = proofReport(proofRecord(findings({ results: [again] })));

    expect(text).toContain(
      '- proven at the second attempt, alone: silence-gap=9000 (false alarm: ISO-01 is inconclusive)',
    );
    expect(proofReport(proofRecord(findings()))).not.toContain('second attempt');
  });
});

describe('the sum of healthy runs', () => {
  const healthy = (runs: readonly HealthyResult[], signal: 'SIGINT' | null = null) =>
    healthyRecord({
      id: 'x',
      startedAt: 'a',
      endedAt: 'b',
      seed: 1,
      jobs: 2,
      seeds: [7, 8],
      runs: [...runs],
      signal,
    });

  test('is GO when all were made and all were GO', () => {
    const record = healthy([GREEN, { ...GREEN, seed: 8 }]);

    expect(record.exitCode).toBe(0);
    expect(record.text).toBe('false alarms: 0 in 2 of 2 healthy runs');
  });

  test('says how many runs were made again because this machine was too slow', () => {
    const record = healthy([
      { ...GREEN, repeats: 2 },
      { ...GREEN, seed: 8 },
    ]);

    expect(record.exitCode).toBe(0);
    expect(record.text).toContain('2 repeated because this machine was too slow to judge');
    expect(healthyText({ ...GREEN, repeats: 2 })).toContain('attempt 3');
  });

  test('counts each run that was no GO, and proves nothing when one is missing', () => {
    const alarm = healthy([GREEN, { ...GREEN, problems: ['false alarm: AGENT-01 failed'] }]);

    expect(alarm.exitCode).toBe(1);
    expect(alarm.falseAlarms).toBe(1);
    expect(healthy([GREEN]).exitCode).toBe(3);
    expect(healthy([GREEN], 'SIGINT').exitCode).toBe(130);
  });
});
