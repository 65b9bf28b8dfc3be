import { describe, expect, test } from 'vitest';
import type { RunRecord } from '../evidence/run-record.ts';
import { sampleRecord } from '../evidence/testing/sample-record.ts';
import { decide } from '../gate/decide.ts';
import { fingerprintRows, pinnedFingerprint, revisionWords } from './fingerprint-rows.ts';
import { markdownReport } from './markdown.ts';

type Seen = NonNullable<RunRecord['revision']['fingerprint']>['seen'];
const one = (behaviour: Seen[number]['behaviour'], value: string): Seen[number] => ({
  behaviour,
  value,
  count: 2,
  firstAtMs: 5,
  lastAtMs: 4_900,
  evidence: `m-${behaviour}`,
});
const NEWEST = [
  one('health-body', 'rich'),
  one('welcome', 'canonical'),
  one('websocket-path', 'refused'),
  one('ticket-path', 'absent'),
];
const behaving = (...seen: Seen): RunRecord => {
  const { revision } = sampleRecord();
  const readings = revision.readings.map((reading) => ({ ...reading, revision: null }));
  const fingerprint = { expected: { generation: 'reference' as const }, seen: [...seen] };
  return sampleRecord({ revision: { ...revision, policy: 'fingerprint', readings, fingerprint } });
};
const textOf = (record: RunRecord): string => markdownReport(record, decide(record), () => null);

describe('the fingerprint of a report', () => {
  test('has a row for each behaviour, also for one that was not observed', () => {
    const rows = fingerprintRows(behaving(...NEWEST));

    expect(rows).toHaveLength(9);
    expect(rows[0]).toMatchObject({ value: 'rich', standing: 'agrees', count: 2, evidence: 'm-health-body' });
    expect(rows.filter(({ standing }) => standing === 'not observed')).toHaveLength(5);
    expect(fingerprintRows(sampleRecord())).toEqual([]);
  });

  test('says what was proven, and that it is no commit', () => {
    const record = behaving(...NEWEST);

    expect(revisionWords(decide(record).revision)).toBe(
      'revision by fingerprint: generation reference, 4 of 4 observed behaviours agree, 5 of 9 not observed; no commit is proven',
    );
    expect(revisionWords(decide(sampleRecord()).revision, 4)).toBe('revision proven (aaaa)');
    expect(textOf(record)).toContain('A generation is no commit');
    expect(textOf(sampleRecord())).not.toContain('Fingerprint');
  });

  test('gives what can be pinned only for a generation that was proven', () => {
    expect(pinnedFingerprint(behaving(...NEWEST))).toBe(
      '"fingerprint": {"generation":"reference","behaviours":{"health-body":"rich","welcome":"canonical","websocket-path":"refused","ticket-path":"absent"}}',
    );
    expect(pinnedFingerprint(behaving(...NEWEST, one('welcome', 'W3')))).toBeNull();
    expect(pinnedFingerprint(sampleRecord())).toBeNull();
  });

  test('shows a behaviour that was seen in two ways as two rows, and calls the figures of the run void', () => {
    const record = behaving(...NEWEST, one('welcome', 'W3'));

    expect(fingerprintRows(record).filter(({ title }) => title.startsWith('welcome'))).toMatchObject([
      { value: 'canonical', standing: 'agrees' },
      { value: 'W3', standing: 'differs', generations: ['G1'] },
    ]);
    expect(textOf(record)).toMatch(/revision: mixed; .*several generations answered/);
  });
});
