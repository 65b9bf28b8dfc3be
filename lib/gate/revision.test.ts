import { describe, expect, test } from 'vitest';
import type { RevisionReading, RunRecord } from '../evidence/run-record.ts';
import {
  SAMPLE_REVISION,
  sampleAttempt,
  sampleCheck,
  sampleRecord,
} from '../evidence/testing/sample-record.ts';
import { decide } from './decide.ts';
import { isReadAtEnd } from './revision.ts';

const OLD = 'b'.repeat(40);
/** One reading each second: at the start, by connections while checks run, and at the end. */
const told = (...revisions: readonly (string | null)[]): RevisionReading[] =>
  revisions.map((revision, at) => ({
    source: at === 0 || at === revisions.length - 1 ? 'GET /api/system/info' : 'header x-service-revision',
    revision,
    firstAtMs: at * 1_000,
    lastAtMs: at * 1_000,
    count: 1,
    evidence: `m-${at}`,
    ...(at === 0 || at === revisions.length - 1 ? {} : { connections: [`c${at}`] }),
  }));
const busy = sampleCheck('passed', {
  attempts: [sampleAttempt('passed', { startedAtMs: 0, durationMs: 2_500 })],
});
function recordOf(
  readings: readonly RevisionReading[],
  fields: Partial<RunRecord['revision']> = {},
  checks: RunRecord['checks'] = [busy],
): RunRecord {
  return sampleRecord({
    checks,
    revision: { policy: 'required', expected: SAMPLE_REVISION, readings: [...readings], ...fields },
  });
}
const NEW = SAMPLE_REVISION;
const stalePreflight = sampleCheck('failed', { id: 'PRE-08', suite: 'preflight', phase: 0 });

describe('revision of a deployment', () => {
  test.each([
    ['proven at start, by connections and at the end', [NEW, NEW, NEW, NEW], 'proven', 'GO'],
    ['stale: the one before, all the time', [OLD, OLD, OLD, OLD], 'mismatch', 'INCONCLUSIVE'],
    ['mixed: one connection in between met the one before', [NEW, OLD, NEW, NEW], 'mixed', 'INCONCLUSIVE'],
    ['flipped forth during the run', [OLD, OLD, NEW, NEW], 'mixed', 'INCONCLUSIVE'],
    ['flipped back during the run', [NEW, NEW, OLD, OLD], 'mixed', 'INCONCLUSIVE'],
    ['seen to have flipped at the end only', [NEW, NEW, NEW, OLD], 'mixed', 'INCONCLUSIVE'],
    ['hidden all the time', [null, null], 'hidden', 'INCONCLUSIVE'],
    ['a page in place of a revision', ['<script>', '<script>'], 'unreadable', 'INCONCLUSIVE'],
    ['a placeholder in place of a revision', ['unknown', 'unknown'], 'unreadable', 'INCONCLUSIVE'],
    ['readable, then a page', [NEW, '<html>'], 'mixed', 'INCONCLUSIVE'],
    ['hidden at the end', [NEW, NEW, null], 'mixed', 'INCONCLUSIVE'],
    ['never read', [], 'not read', 'INCONCLUSIVE'],
  ] as const)('%s', (_what, revisions, state, decision) => {
    expect(decide(recordOf(told(...revisions)))).toMatchObject({ decision, revision: { state } });
  });

  test('that is stale is NO-GO once the ladder says so', () => {
    expect(decide(recordOf(told(OLD, OLD), {}, [busy, stalePreflight]))).toMatchObject({
      decision: 'NO_GO',
      exitCode: 1,
      revision: { state: 'mismatch', seen: [OLD] },
    });
  });

  test.each(['required', 'fingerprint', 'unproven-accepted'] as const)(
    'that no place tells is never GO, and CONDITIONAL only by name: %s',
    (policy) => {
      for (const expected of [SAMPLE_REVISION, null]) {
        expect(decide(recordOf(told(null, null), { policy, expected })).decision).toBe(
          policy === 'unproven-accepted' ? 'CONDITIONAL_GO' : 'INCONCLUSIVE',
        );
      }
    },
  );

  test('that cannot be one is told as it came, on one line, and is unproven under a policy that accepts that', () => {
    const page = told('<script>\nGO\u001b[32m');

    expect(decide(recordOf(page)).reasons[0]?.text).toMatch(
      /^the deployed revision is not proven: what the target says is no revision: "<script> GO.\[32m"; expected a{40}$/,
    );
    expect(decide(recordOf(page, { policy: 'unproven-accepted' })).decision).toBe('CONDITIONAL_GO');
  });

  test('that was not read again at the end is not proven to the end', () => {
    const early = recordOf(told(NEW, NEW));
    const late = sampleCheck('passed', {
      attempts: [sampleAttempt('passed', { startedAtMs: 0, durationMs: 2_001 })],
    });

    expect(isReadAtEnd(recordOf(told(NEW, NEW, NEW)))).toBe(true);
    expect(decide(early)).toMatchObject({
      decision: 'INCONCLUSIVE',
      exitCode: 3,
      reasons: [{ rule: 4, text: expect.stringContaining('not read again at the end') }],
    });
    expect(decide(recordOf(told(NEW, NEW), {}, [late])).decision).toBe('INCONCLUSIVE');
    expect(
      decide(
        recordOf(told(NEW, NEW), {}, [
          { ...late, attempts: [sampleAttempt('passed', { startedAtMs: 0, durationMs: 2_000 })] },
        ]),
      ).decision,
    ).toBe('GO');
  });
});
