import { describe, expect, test } from 'vitest';
import { violation } from '../contract/violation.ts';
import { checkResultSchema } from '../evidence/check-result.ts';
import type { Evidence, EvidenceBody } from '../evidence/evidence.ts';
import { samplePlannedCheck } from '../evidence/testing/sample-record.ts';
import { HARNESS_ERROR_CODES, HarnessError, type HarnessErrorCode } from '../foundation/errors.ts';
import { type AttemptFacts, blockedResult, judge, skippedResult } from './judgement.ts';

const record = (n: number, body: EvidenceBody): Evidence => ({
  id: `w1-${n}`,
  check: 'AGENT-01',
  atMs: n,
  wallTime: '2026-03-01T10:00:00.000Z',
  body,
});
const pong = (n: number): Evidence => record(n, { kind: 'ws.pong', connection: 'c1', roundTripMs: 1 });
const note = (n: number): Evidence => record(n, { kind: 'note', text: 'it looked fine' });

const planned = samplePlannedCheck({ requires: [{ observation: 'ws.pong', floor: 2 }] });
const facts = (fields: Partial<AttemptFacts> = {}): AttemptFacts => ({
  planned,
  attempt: 1,
  startedAtMs: 10,
  durationMs: 5,
  violations: [],
  warnings: [],
  occurred: null,
  seen: [pong(1), pong(2)],
  error: null,
  ...fields,
});
const broken = violation('WS-HALF-OPEN', { expected: 'a pong', actual: 'none', where: 'c1', eventIndex: 3 });

/** Codes that end a check without a clear verdict and leave the harness sound. */
const UNCLEAR: readonly HarnessErrorCode[] = [
  'CAPABILITY_MISSING',
  'CONNECTION_CLOSED',
  'CONTROL_MISSING',
  'DEADLINE_EXCEEDED',
  'EVIDENCE_MISSING',
  'HANDSHAKE_FAILED',
  'HANDSHAKE_REFUSED',
  'HTTP_FAILED',
  'LIMIT_EXCEEDED',
  'METRIC_STUCK',
  'OBSERVER_SLOW',
  'ORIGIN_UNKNOWN',
  'REVISION_UNTOLD',
  'RUNG_UNDECIDED',
  'TOKEN_REFUSED',
];

describe('judgement', () => {
  test('passes what held and was seen as often as it must be', () => {
    expect(judge(facts())).toMatchObject({
      fault: null,
      result: {
        verdict: 'passed',
        reason: null,
        evidence: {
          ok: true,
          observed: [{ observation: 'ws.pong', floor: 2, observed: 2 }],
          refs: ['w1-1', 'w1-2'],
        },
      },
    });
  });

  test.each([
    ['nothing', []],
    ['less than the floor', [pong(1)]],
    ['something else only', [note(1), note(2)]],
    ['the same record twice', [pong(1), pong(1)]],
  ] as const)('is inconclusive when every assertion held and %s was seen', (_what, seen) => {
    expect(judge(facts({ seen }))).toMatchObject({
      fault: null,
      result: {
        verdict: 'inconclusive',
        reason: { code: 'EVIDENCE_MISSING', message: expect.stringMatching(/ws\.pong [01] of 2/) },
      },
    });
  });

  test('is failed by a violation, with or without evidence, whatever was thrown after it', () => {
    const errors = [null, new HarnessError('HTTP_FAILED', 'x'), new TypeError('a bug'), 'a string'];
    for (const error of errors) {
      for (const seen of [[pong(1), pong(2)], []]) {
        expect(judge(facts({ violations: [broken], error, seen }))).toMatchObject({
          fault: null,
          result: { verdict: 'failed', reason: null, violations: [{ rule: 'WS-HALF-OPEN', eventIndex: 3 }] },
        });
      }
    }
  });

  test.each(UNCLEAR)('is inconclusive under %s: the target was not judged', (code) => {
    const error = new HarnessError(code, 'expected an answer, got none', { next: 'look' });

    expect(judge(facts({ error }))).toMatchObject({
      fault: null,
      result: {
        verdict: 'inconclusive',
        reason: { code, message: 'expected an answer, got none', next: 'look' },
      },
    });
  });

  test('is blocked, under its cause, when the body found that what it stands on does not hold', () => {
    const error = new HarnessError('BLOCKED', 'the breaker is open', { details: { by: 'BRK-01' } });

    expect(judge(facts({ error }))).toMatchObject({
      fault: null,
      result: { verdict: 'blocked', blockedBy: 'BRK-01', reason: { code: 'BLOCKED' } },
    });
  });

  test('is not-run when the run was interrupted', () => {
    expect(judge(facts({ error: new HarnessError('INTERRUPTED', 'x') }))).toMatchObject({
      fault: null,
      result: { verdict: 'not-run', reason: { code: 'INTERRUPTED' } },
    });
  });

  test.each(HARNESS_ERROR_CODES.filter((code) => ![...UNCLEAR, 'BLOCKED', 'INTERRUPTED'].includes(code)))(
    'takes %s for a fault of the harness, never for a verdict about the target',
    (code) => {
      const error = new HarnessError(code, 'x');

      expect(judge(facts({ error }))).toMatchObject({
        fault: error,
        result: { verdict: 'inconclusive', reason: { code } },
      });
    },
  );

  test.each([[new TypeError('x is not a function')], ['a string'], [undefined], [{ code: 'HTTP_FAILED' }]])(
    'takes anything else that was thrown for a fault of the harness: %s',
    (error) => {
      expect(judge(facts({ error }))).toMatchObject({
        fault: { code: 'UNEXPECTED_ERROR' },
        result: { verdict: 'inconclusive', reason: { code: 'UNEXPECTED_ERROR' } },
      });
    },
  );

  test('keeps warnings and the outcome that occurred beside a pass', () => {
    const { result } = judge(facts({ warnings: ['slow'], occurred: 'close 1008', attempt: 2 }));

    expect(result).toMatchObject({
      verdict: 'passed',
      warnings: ['slow'],
      occurred: 'close 1008',
      attempt: 2,
    });
  });

  test('shows the first and the last hundred of many records', () => {
    const seen = Array.from({ length: 1_000 }, (_, at) => pong(at));
    const { refs } = judge(facts({ seen })).result.evidence;

    expect(refs).toHaveLength(200);
    expect([refs[0], refs[99], refs[100], refs.at(-1)]).toEqual(['w1-0', 'w1-99', 'w1-900', 'w1-999']);
  });

  test('gives results that the schema of the record accepts', () => {
    const results = [
      judge(facts()).result,
      judge(facts({ seen: [] })).result,
      judge(facts({ violations: [broken] })).result,
      judge(facts({ error: new Error('x') })).result,
      judge(facts({ error: new HarnessError('INTERRUPTED', 'x') })).result,
      blockedResult(planned, 'token', 'the rung token does not hold', 3),
      skippedResult(planned, 'declared missing', 3),
    ];

    expect(results.map((result) => checkResultSchema.parse(result).verdict)).toEqual([
      'passed',
      'inconclusive',
      'failed',
      'inconclusive',
      'not-run',
      'blocked',
      'skipped',
    ]);
  });

  test('names the blocker of a blocked check', () => {
    expect(blockedResult(planned, 'token', 'it does not hold', 3)).toMatchObject({
      verdict: 'blocked',
      blockedBy: 'token',
      reason: { code: 'BLOCKED', next: 'Mend token first.' },
    });
  });
});
