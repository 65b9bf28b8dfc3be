import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AUTH_TRANSPORTS } from '../evidence/evidence.ts';
import { parseEvidenceLine } from '../evidence/evidence-line.ts';
import { rungResultSchema } from '../evidence/run-record.ts';
import { writeFileAtomic } from '../foundation/atomic-file.ts';
import { HarnessError } from '../foundation/errors.ts';
import { poll } from '../foundation/poll.ts';
import type { PreflightFindings } from './run-context.ts';

const FILE = 'preflight.json';
const POLL_MS = 5;

const handoverSchema = z.strictObject({
  rungs: z.array(rungResultSchema),
  evidence: z.array(z.string()),
  authTransport: z.enum(AUTH_TRANSPORTS),
});

/** Tells the workers what the ladder found, or with null that no check may begin. The records are free of secrets. */
export function handOverFindings(workFolder: string, findings: PreflightFindings | null): void {
  const text = JSON.stringify(
    findings && { ...findings, evidence: findings.evidence.map((record) => JSON.stringify(record)) },
  );
  writeFileAtomic(join(workFolder, FILE), text, 0o600, false);
}

/**
 * Waits until the runner has handed over what the ladder found.
 * @throws {HarnessError} `INTERRUPTED` when the run ends before its first check, or the runner has died.
 */
export async function receiveFindings(workFolder: string): Promise<PreflightFindings> {
  const text = await poll(async () => readWhenThere(join(workFolder, FILE)), {
    everyMs: POLL_MS,
    signal: new AbortController().signal,
  });
  const handover = handoverSchema.nullable().parse(JSON.parse(text));
  if (handover === null) throw new HarnessError('INTERRUPTED', 'the run ended before its first check');
  return { ...handover, evidence: handover.evidence.map((line) => parseEvidenceLine(line, FILE)) };
}

function readWhenThere(path: string): string | undefined {
  // A worker outlives its runner unless it looks.
  if (process.send !== undefined && !process.connected) {
    throw new HarnessError('INTERRUPTED', 'the runner ended before the first check');
  }
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
