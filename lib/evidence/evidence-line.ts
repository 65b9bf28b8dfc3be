import { hash } from 'node:crypto';
import { z } from 'zod';
import { HarnessError } from '../foundation/errors.ts';
import type { Evidence } from './evidence.ts';

/** The part of a ledger line that readers rely on; the body is kept as it was written. */
const lineSchema = z.looseObject({
  id: z.string(),
  check: z.string().nullable(),
  atMs: z.number(),
  wallTime: z.string(),
  body: z.looseObject({ kind: z.string() }),
});

/** Parses one line of a ledger file. @throws {HarnessError} `LEDGER_UNREADABLE`. */
export function parseEvidenceLine(line: string, where: string): Evidence {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new HarnessError(
      'LEDGER_UNREADABLE',
      `expected one JSON record per line in ${where}, got a broken line`,
      {
        cause,
      },
    );
  }
  const parsed = lineSchema.safeParse(value);
  if (!parsed.success) {
    throw new HarnessError('LEDGER_UNREADABLE', `expected an evidence record in ${where}, got another shape`);
  }
  // Our own writer serialised an `Evidence`; the schema above proves the envelope, the writer's type the body.
  return parsed.data as unknown as Evidence;
}

/** Chains records by hash: each line names the hash of the line before, so one changed byte breaks every later link. */
export function sealEvidence(records: readonly Evidence[]): {
  readonly text: string;
  readonly rootHash: string;
} {
  let previous = '0'.repeat(64);
  const lines: string[] = [];
  for (const record of records) {
    const line = JSON.stringify({ ...record, previous });
    previous = hash('sha256', line);
    lines.push(line);
  }
  return { text: lines.length === 0 ? '' : `${lines.join('\n')}\n`, rootHash: previous };
}

/** What a run record says of its evidence: how many records, of which kinds, and where their chain ends. */
export function evidenceSummary(
  records: readonly Evidence[],
  rootHash: string,
): { readonly records: number; readonly rootHash: string; readonly kinds: Record<string, number> } {
  const kinds: Record<string, number> = {};
  for (const { body } of records) kinds[body.kind] = (kinds[body.kind] ?? 0) + 1;
  return { records: records.length, rootHash, kinds };
}
