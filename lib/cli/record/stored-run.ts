import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { readSeal, type SealReading } from '../../evidence/evidence-seal.ts';
import { type RunRecord, runRecordSchema } from '../../evidence/run-record.ts';
import { contentHash, readableJson } from '../../foundation/canonical-json.ts';
import { describeError, HarnessError } from '../../foundation/errors.ts';
import { printableLine } from '../../foundation/printable.ts';

const MAX_SHOWN = 200;
const MOST_RUNS = 4;
const namedRecord = z.looseObject({ recordHash: z.string() });

/** A run as its folder holds it. */
export interface StoredRun {
  readonly folder: string;
  readonly record: RunRecord;
  readonly seal: SealReading;
  /** What shows that a file is not as the run wrote it; empty when all is. */
  readonly problems: readonly string[];
}

/**
 * Finds the folder of a run: a path, or a run id (or `latest`) under the reports folder.
 * @param asker the flag that named it, when one did
 * @throws {HarnessError} `USAGE`.
 */
export function runFolder(reports: string, run: string, asker = ''): string {
  for (const path of [resolve(run), join(reports, run)]) {
    if (existsSync(join(path, 'run.json'))) return realpathSync(path);
  }
  const isThere = existsSync(resolve(run)) || existsSync(join(reports, run));
  throw new HarnessError(
    'USAGE',
    `expected ${asker === '' ? '' : `${asker} `}'${printableLine(run, MAX_SHOWN)}' to be a folder with a run.json, or a run id under ${reports}, got ${isThere ? 'a path without a run.json' : 'nothing there'}`,
    { next: nextRuns(reports) },
  );
}

/** The newest runs, so that a misspelt id can be corrected from the message alone. */
function nextRuns(reports: string): string {
  const names = existsSync(reports) ? readdirSync(reports) : [];
  const runs = names
    .filter((name) => existsSync(join(reports, name, 'run.json')))
    .sort()
    .reverse();
  return runs.length === 0
    ? `${reports} holds no run: make one with npm test, or name the folder of one.`
    : `Name a folder, or one of ${runs.slice(0, MOST_RUNS).join(', ')}${runs.length > MOST_RUNS ? ', …' : ''}.`;
}

/** Reads a stored run and verifies what binds its files together. @throws {HarnessError} `LEDGER_UNREADABLE` when it is no run record. */
export function readStoredRun(folder: string): StoredRun {
  const text = readFileSync(join(folder, 'run.json'), 'utf8');
  const record = parseRecord(text, join(folder, 'run.json'));
  const path = join(folder, 'evidence.ndjson');
  const evidence = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const seal = readSeal(evidence, record.evidence);
  return {
    folder,
    record,
    seal,
    problems: [
      ...(readableJson(record) === text ? [] : ['run.json is not in the form in which runs write it']),
      ...seal.problems.map((problem) => `evidence.ndjson: ${problem}`),
      ...decisionProblems(folder, record),
    ],
  };
}

/** What shows that a record is not the one that the decision beside it was made from; a recording has no decision. */
function decisionProblems(folder: string, record: RunRecord): readonly string[] {
  const path = join(folder, 'decision.json');
  if (!existsSync(path)) return [];
  const named = namedRecord.safeParse(parseJson(readFileSync(path, 'utf8'))).data?.recordHash;
  return named === contentHash(record) ? [] : ['run.json: another record than decision.json was made from'];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function parseRecord(text: string, where: string): RunRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new HarnessError('LEDGER_UNREADABLE', `expected JSON in ${where}, got ${describeError(cause)}`, {
      cause,
    });
  }
  const parsed = runRecordSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new HarnessError(
    'LEDGER_UNREADABLE',
    `expected a run record in ${where}, got: ${z.prettifyError(parsed.error)}`,
    { next: 'It may be from another version of Stagegate, or was changed.' },
  );
}
