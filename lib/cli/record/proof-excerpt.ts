import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { ProofScore } from '../../evidence/proof-score.ts';

/** Sessions that are looked at: a partial one says nothing of the whole. */
const MAX_SESSIONS = 5;

const sessionSchema = z.object({
  id: z.string(),
  state: z.literal('complete'),
  endedAt: z.string(),
  scope: z.enum(['all', 'smallest']),
  coverage: z.object({ redBy: z.record(z.string(), z.array(z.string())) }),
  score: z.object({ credited: z.int(), declared: z.int() }),
});

/** The score of the newest whole `prove` session in a reports folder, for the checks of a plan; null without one. */
export function proofExcerpt(reports: string, checks: readonly string[]): ProofScore | null {
  if (!existsSync(reports)) return null;
  // Ids begin with their time, so their order is that of the sessions.
  const sessions = readdirSync(reports)
    .filter((name) => /Z-prove-[0-9a-f]+$/.test(name))
    .sort()
    .reverse()
    .slice(0, MAX_SESSIONS);
  for (const name of sessions) {
    const session = readSession(join(reports, name, 'prove.json'));
    if (session === null) continue;
    const { id, endedAt, scope, coverage, score } = session;
    const unproven = checks.filter((check) => (coverage.redBy[check] ?? []).length === 0);
    return { id, endedAt, scope, credited: score.credited, declared: score.declared, unproven };
  }
  return null;
}

function readSession(path: string): z.infer<typeof sessionSchema> | null {
  try {
    return sessionSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data ?? null;
  } catch {
    // Not written yet, half written, or of another version: it says nothing.
    return null;
  }
}
