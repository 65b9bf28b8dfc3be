import { hash } from 'node:crypto';
import type { Evidence } from './evidence.ts';
import { parseEvidenceLine } from './evidence-line.ts';

/** What the lines of an `evidence.ndjson` say, and where its chain of hashes is broken. */
export interface SealReading {
  readonly records: readonly Evidence[];
  /** Hash of the last line as it stands. */
  readonly rootHash: string;
  /** Each names its line, counted from 1; empty when the file is as it was sealed. */
  readonly problems: readonly string[];
}

/**
 * Reads a sealed evidence file and follows its chain: each line names the hash of the line before, and the record of the run
 * names the last one. A changed, missing, added or moved line is named.
 */
export function readSeal(
  text: string,
  expected: { readonly rootHash: string; readonly records: number },
): SealReading {
  const problems: string[] = [];
  const records: Evidence[] = [];
  let previous = '0'.repeat(64);
  if (text !== '' && !text.endsWith('\n')) problems.push('the last line is cut short');
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  for (const [at, line] of lines.entries()) {
    const where = `line ${at + 1}`;
    try {
      const record = parseEvidenceLine(line, where);
      records.push(record);
      if (!('previous' in record) || record.previous !== previous) {
        problems.push(`${where} (${record.id}) does not follow the line before: one of the two was changed`);
      }
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
    previous = hash('sha256', line);
  }
  if (lines.length !== expected.records) {
    problems.push(`expected ${expected.records} records, got ${lines.length}`);
  }
  if (previous !== expected.rootHash) {
    problems.push(`expected the chain to end in ${expected.rootHash}, got ${previous}`);
  }
  return { records, rootHash: previous, problems };
}
