import { describe, expect, test } from 'vitest';
import { contentHash, readableJson } from '../foundation/canonical-json.ts';
import { runRecordSchema } from './run-record.ts';
import { sampleCheck, sampleRecord } from './testing/sample-record.ts';
import { VERDICTS } from './verdict.ts';

describe('run record', () => {
  test('survives writing and reading without a change, with every verdict in it', () => {
    const checks = VERDICTS.map((verdict, at) => sampleCheck(verdict, { id: `AGENT-0${at + 1}` }));
    const record = sampleRecord({ checks });
    const read = runRecordSchema.parse(JSON.parse(readableJson(record)));

    expect(read).toEqual(record);
    expect(contentHash(read)).toBe(contentHash(record));
    expect(readableJson(read)).toBe(readableJson(record));
  });

  test('refuses another schema version, an unknown field and a lag that is no number', () => {
    const accepts = (fields: object): boolean =>
      runRecordSchema.safeParse({ ...sampleRecord(), ...fields }).success;
    const lag = { eventLoopLagP99Ms: Number.NaN, eventLoopLagMaxMs: 1, samples: 1 };

    expect(accepts({ schema: 2 })).toBe(false);
    expect(accepts({ decision: 'GO' })).toBe(false);
    expect(accepts({ observer: lag })).toBe(false);
  });

  test('refuses a recorded attempt that passed without evidence', () => {
    const check = sampleCheck('passed');
    const [attempt] = check.attempts;
    const bare = { ...check, attempts: [{ ...attempt, evidence: { ok: true, observed: [], refs: [] } }] };

    expect(runRecordSchema.safeParse({ ...sampleRecord(), checks: [bare] }).success).toBe(false);
  });
});
