import { describe, expect, test } from 'vitest';
import type { RevisionReading } from '../evidence/run-record.ts';
import { sampleAttempt, sampleCheck, sampleRecord } from '../evidence/testing/sample-record.ts';
import { revisionRows } from './revision-rows.ts';

const EXPECTED = 'a'.repeat(40);

const reading = (fields: Partial<RevisionReading>): RevisionReading => ({
  source: 'GET /api/system/info',
  revision: EXPECTED,
  firstAtMs: 1,
  lastAtMs: 1,
  count: 1,
  evidence: 'm-1',
  ...fields,
});

const rowsOf = (
  readings: readonly RevisionReading[],
  expected: string | null = EXPECTED,
): ReturnType<typeof revisionRows> =>
  revisionRows(
    sampleRecord({
      checks: [
        sampleCheck('passed', { attempts: [sampleAttempt('passed', { startedAtMs: 100, durationMs: 50 })] }),
      ],
      revision: { policy: 'required', expected, readings: [...readings] },
    }),
  );

describe('readings of the revision', () => {
  test('stand in order of time, each with where it came from', () => {
    const rows = rowsOf([
      reading({ firstAtMs: 151 }),
      reading({ firstAtMs: 2 }),
      reading({ source: 'header x-revision', firstAtMs: 60 }),
      reading({ source: 'header x-revision', firstAtMs: 40, connections: ['c-1'] }),
    ]);

    expect(rows.map(({ firstAtMs, origin }) => [firstAtMs, origin])).toEqual([
      [2, 'ladder'],
      [40, 'connection'],
      [60, 'answer'],
      [151, 'end'],
    ]);
  });

  test('are held to the expected revision, an abbreviation of it included', () => {
    const seen = ['a'.repeat(12), 'b'.repeat(40), null].map((revision) => reading({ revision }));

    expect(rowsOf(seen).map(({ standing }) => standing)).toEqual([
      'the expected one',
      'another one',
      'hidden',
    ]);
    expect(rowsOf(seen, null).map(({ standing }) => standing)).toEqual([
      'none was expected',
      'none was expected',
      'hidden',
    ]);
  });

  test('of a merged run end with their own shard', () => {
    const check = (id: string, ref: string, startedAtMs: number): ReturnType<typeof sampleCheck> =>
      sampleCheck('passed', {
        id,
        attempts: [
          sampleAttempt('passed', {
            id,
            startedAtMs,
            durationMs: 10,
            evidence: { ok: true, observed: [], refs: [ref] },
          }),
        ],
      });
    const rows = revisionRows(
      sampleRecord({
        checks: [check('API-01', 's1.w1-1', 100), check('API-02', 's2.w1-1', 5_000)],
        revision: {
          policy: 'required',
          expected: EXPECTED,
          readings: [
            reading({ evidence: 's1.m-9', firstAtMs: 120 }),
            reading({ evidence: 's2.m-1', firstAtMs: 4_000 }),
            reading({ evidence: 's2.m-9', firstAtMs: 5_020 }),
          ],
        },
      }),
    );

    expect(rows.map(({ origin }) => origin)).toEqual(['end', 'ladder', 'end']);
  });
});
