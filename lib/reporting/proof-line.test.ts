import { describe, expect, test } from 'vitest';
import { sampleRecord } from '../evidence/testing/sample-record.ts';
import { proofLine } from './proof-line.ts';

const proof = {
  id: '20260228T100000Z-prove-aaaaaa',
  endedAt: '2026-02-28T11:00:00.000Z',
  scope: 'all' as const,
  credited: 9,
  declared: 10,
  unproven: ['API-01'],
};

describe('the proof of the harness', () => {
  test('is never claimed of the run itself, and says when there is none', () => {
    expect(proofLine(sampleRecord())).toMatch(/^not proven in this run, and no whole session/);
  });

  test('tells the last session, its score and the checks that no fault turned red', () => {
    const line = proofLine(sampleRecord({ proof }));

    expect(line).toMatch(/^not proven in this run; last proven by npm run prove on 2026-02-28 /);
    expect(line).toContain('9 of 10 faults led to what they must');
    expect(line).toContain('2 of the 3 checks of this plan red, none API-01');
    expect(proofLine(sampleRecord({ proof: { ...proof, unproven: [] } }))).toMatch(
      /3 of the 3 checks of this plan red$/,
    );
  });
});
