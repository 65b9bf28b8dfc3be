import { describe, expect, test } from 'vitest';
import type { Evidence } from './evidence.ts';
import { sealEvidence } from './evidence-line.ts';
import { readSeal } from './evidence-seal.ts';

const records: readonly Evidence[] = [1, 2, 3, 4].map((n) => ({
  id: `w1-${n}`,
  check: null,
  atMs: n,
  wallTime: '2026-03-01T10:00:00.000Z',
  body: { kind: 'note', text: `note ${n}` },
}));
const sealed = sealEvidence(records);
const expected = { rootHash: sealed.rootHash, records: records.length };
const read = (text: string): readonly string[] => readSeal(text, expected).problems;

describe('seal of the evidence', () => {
  test('holds for the file as it was written, and gives its records', () => {
    const reading = readSeal(sealed.text, expected);

    expect(reading.problems).toEqual([]);
    expect(reading.records.map(({ id }) => id)).toEqual(['w1-1', 'w1-2', 'w1-3', 'w1-4']);
    expect(readSeal('', { rootHash: '0'.repeat(64), records: 0 }).problems).toEqual([]);
  });

  test('is broken by any one changed byte', () => {
    for (let at = 0; at < sealed.text.length; at += 1) {
      const byte = sealed.text.charCodeAt(at) === 0x78 ? 'y' : 'x';
      const changed = `${sealed.text.slice(0, at)}${byte}${sealed.text.slice(at + 1)}`;

      expect(read(changed), `byte ${at}`).not.toEqual([]);
    }
  });

  test('is broken by an empty line anywhere', () => {
    for (const changed of [`\n${sealed.text}`, sealed.text.replace('\n', '\n\n'), `${sealed.text}\n`]) {
      expect(read(changed)).not.toEqual([]);
    }
  });

  test('names the line after the one that was changed, dropped or moved', () => {
    const lines = sealed.text.split('\n');
    const [first = '', second = '', third = '', fourth = ''] = lines;

    expect(read(sealed.text.replace('note 2', 'note 9'))[0]).toMatch(/^line 3 \(w1-3\)/);
    expect(read(`${[first, third, fourth].join('\n')}\n`)[0]).toMatch(/^line 2 \(w1-3\)/);
    expect(read(`${[first, third, second, fourth].join('\n')}\n`)).toHaveLength(3);
    expect(read(`${[first, second, third].join('\n')}\n`)).toEqual([
      expect.stringContaining('expected 4 records, got 3'),
      expect.stringContaining('expected the chain to end in'),
    ]);
  });
});
