import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diagnosisSchema } from '../../diagnosis/diagnosis.ts';
import type { RunRecord } from '../../evidence/run-record.ts';

/** Earlier runs that are looked at. */
const MAX_RUNS = 10;

/** What the newest earlier runs of the same environment were diagnosed as; runs that were green or cannot be read are left out. */
export function historyExcerpt(
  reports: string,
  { runId, environment }: { readonly runId: string; readonly environment: string },
): NonNullable<RunRecord['history']> {
  if (!existsSync(reports)) return [];
  // Run ids begin with their time, so their order is that of the runs.
  const earlier = readdirSync(reports)
    .filter((name) => name < runId && name.includes(`Z-${environment}-`))
    .sort()
    .reverse()
    .slice(0, MAX_RUNS);
  return earlier.flatMap((name) => {
    const path = join(reports, name, 'diagnosis.json');
    if (!existsSync(path)) return [];
    const diagnosis = readDiagnosis(path);
    const top = diagnosis?.hypotheses[0];
    if (diagnosis === null || top === undefined || diagnosis.symptoms.length === 0) return [];
    return [{ runId: name, cause: top.hypothesis, symptoms: [...diagnosis.symptoms] }];
  });
}

function readDiagnosis(path: string): ReturnType<typeof diagnosisSchema.parse> | null {
  try {
    return diagnosisSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data ?? null;
  } catch {
    // Half written, or of another version: it says nothing about this run.
    return null;
  }
}
