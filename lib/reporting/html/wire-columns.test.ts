import { describe, expect, test } from 'vitest';
import type { Evidence, EvidenceBody } from '../../evidence/evidence.ts';
import { sampleRecord } from '../../evidence/testing/sample-record.ts';
import { WIRE_KINDS } from '../page/page-data.ts';
import { wireColumns } from './wire-columns.ts';

const record = sampleRecord();

function message(number: number, sample: string): Evidence {
  return {
    id: `w1-${number}`,
    check: 'AGENT-01',
    atMs: number,
    wallTime: '2026-03-01T10:00:00.000Z',
    body: {
      kind: 'ws.message',
      connection: 'c-1',
      direction: 'in',
      seq: number,
      bytes: sample.length,
      binary: false,
      type: 'agent_started',
      sample,
    },
  };
}

const messages = (count: number, length: number): readonly Evidence[] =>
  Array.from({ length: count }, (_, at) => message(at + 1, `${at} `.padEnd(length, 'x')));

describe('the evidence as columns', () => {
  test('keeps ids, times and kinds, and says a name once', () => {
    const columns = wireColumns(record, messages(3, 40), new Set());

    expect(
      columns.number.map((number, at) => `${columns.writers[columns.writer[at] ?? -1]}${number}`),
    ).toEqual(['w1-1', 'w1-2', 'w1-3']);
    expect(columns.at).toEqual([10, 20, 30]);
    expect(columns.kind.map((kind) => WIRE_KINDS[kind])).toEqual(['event', 'event', 'event']);
    expect(columns.connections).toEqual(['c-1']);
    expect(columns.strings.filter((text) => text.startsWith('agent_started'))).toHaveLength(1);
  });

  test('cuts texts so far that all fit, and tells how long each was', () => {
    const columns = wireColumns(record, messages(4_000, 2_000), new Set());

    const bytes = Buffer.byteLength(JSON.stringify(columns));

    expect(bytes).toBeLessThan(1_600_000);
    expect(columns.size.every((size) => size === 2_000)).toBe(true);
  });

  test('cuts what a cause cites less than the rest', () => {
    const columns = wireColumns(record, messages(4_000, 2_000), new Set(['w1-7']));
    const lengthOf = (at: number): number => columns.strings[columns.text[at] ?? -1]?.length ?? 0;

    expect(lengthOf(6)).toBeGreaterThan(lengthOf(5));
    expect(lengthOf(5)).toBeGreaterThan(0);
  });

  test('leaves out what is too much, says how many, and keeps what is cited', () => {
    const columns = wireColumns(record, messages(13_000, 10), new Set(['w1-12999']));

    expect(columns.omitted).toBe(1_000);
    expect(columns.number).toHaveLength(12_000);
    expect(columns.number.at(-1)).toBe(12_999);
  });

  test('shows a record that another version wrote as it stands', () => {
    const body: EvidenceBody = JSON.parse('{"kind":"dose.response","dose":"delay"}');

    const columns = wireColumns(record, [{ ...message(1, ''), body }], new Set());

    expect(columns.strings[columns.line[0] ?? -1]).toContain('dose.response');
  });
});
