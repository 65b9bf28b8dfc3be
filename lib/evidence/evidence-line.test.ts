import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Evidence } from './evidence.ts';
import { parseEvidenceLine, sealEvidence } from './evidence-line.ts';

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
const note = (n: number, text = `note ${n}`): Evidence => ({
  id: `w1-${n}`,
  check: null,
  atMs: n,
  wallTime: '2026-03-01T10:00:00.000Z',
  body: { kind: 'note', text },
});
const records = [note(1), note(2), note(3)];

/** Follows the chain as a reader would; returns the number of the first line that does not fit, or null. */
function firstBroken(text: string, rootHash: string): number | null {
  let previous = '0'.repeat(64);
  const lines = text.split('\n').slice(0, -1);
  for (const [at, line] of lines.entries()) {
    const parsed: unknown = JSON.parse(line);
    if (typeof parsed !== 'object' || parsed === null || !('previous' in parsed)) return at;
    if (parsed.previous !== previous) return at;
    previous = sha256(line);
  }
  return previous === rootHash ? null : lines.length;
}

describe('sealed evidence', () => {
  test('links each line to the one before, from zeros to the root', () => {
    const { text, rootHash } = sealEvidence(records);

    expect(firstBroken(text, rootHash)).toBeNull();
    expect(sealEvidence(records)).toEqual({ text, rootHash });
    expect(
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => parseEvidenceLine(line, 'x')),
    ).toMatchObject(records);
  });

  test('shows one changed, dropped, doubled or moved record in the root', () => {
    const { rootHash } = sealEvidence(records);
    const others = [
      [note(1), note(2, 'note 2.'), note(3)],
      [note(1), note(3)],
      [note(1), note(2), note(2), note(3)],
      [note(2), note(1), note(3)],
      [],
    ];

    for (const other of others) expect(sealEvidence(other).rootHash).not.toBe(rootHash);
  });

  test('shows any flipped byte of the file', () => {
    const { text, rootHash } = sealEvidence(records);
    const bytes = Buffer.from(text, 'utf8');
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 6 }), (at, bit) => {
        const changed = Buffer.from(bytes);
        changed.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at);
        let broken: number | null;
        try {
          broken = firstBroken(changed.toString('utf8'), rootHash);
        } catch {
          // Not JSON any more: seen as well.
          broken = 0;
        }
        expect(broken).not.toBeNull();
      }),
      { numRuns: 500 },
    );
  });

  test('has a root of zeros and no text for an empty ledger', () => {
    expect(sealEvidence([])).toEqual({ text: '', rootHash: '0'.repeat(64) });
  });
});

describe('evidence line', () => {
  test.each([
    ['a cut line', '{"id":"w1-1","che'],
    ['another shape', '{"id":"w1-1"}'],
    ['a body without a kind', JSON.stringify({ ...note(1), body: {} })],
    ['a bare value', '17'],
  ])('is refused as %s, with the name of its file', (_what, line) => {
    expect(() => parseEvidenceLine(line, 'ledger-w1.ndjson')).toThrow(
      expect.objectContaining({
        code: 'LEDGER_UNREADABLE',
        message: expect.stringContaining('ledger-w1.ndjson'),
      }),
    );
  });
});
