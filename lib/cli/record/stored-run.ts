import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { readSeal, type SealReading } from '../../evidence/evidence-seal.ts';
import { unsupportedClaims } from '../../evidence/evidence-support.ts';
import { type RunRecord, runRecordSchema } from '../../evidence/run-record.ts';
import { contentHash, readableJson } from '../../foundation/canonical-json.ts';
import { describeError, HarnessError } from '../../foundation/errors.ts';
import { printableLine } from '../../foundation/printable.ts';
import { decide } from '../../gate/decide.ts';
import type { Decision } from '../../gate/decision.ts';

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

/**
 * Reads a stored run, or a recording without a decision, and verifies what binds its files together.
 * @throws {HarnessError} `LEDGER_UNREADABLE` when it is no run record.
 */
export function readStoredRun(folder: string): StoredRun {
  const text = readFileSync(join(folder, 'run.json'), 'utf8');
  const record = parseRecord(text, join(folder, 'run.json'));
  const path = join(folder, 'evidence.ndjson');
  const evidence = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const seal = readSeal(evidence, record.evidence);
  const named = namedHash(folder);
  return {
    folder,
    record,
    seal,
    problems: [
      ...(readableJson(record) === text ? [] : ['run.json is not in the form in which runs write it']),
      ...seal.problems.map((problem) => `evidence.ndjson: ${problem}`),
      // A broken chain says all that there is to say of evidence that is not as it was.
      ...(seal.problems.length > 0 ? [] : unsupportedClaims(record, seal.records)).map(
        (problem) => `run.json: ${problem}`,
      ),
      ...(named === null || named === contentHash(record)
        ? []
        : ['run.json: another record than decision.json was made from']),
    ],
  };
}

/** A stored run with the decision that its record gives. */
export interface JudgedRun extends StoredRun {
  readonly decision: Decision;
}

/**
 * Reads a stored run that is to be evidence of something: a run that ended has a `decision.json`, and what stands there is what
 * its record gives.
 * @param by version of the harness that decides now; a decision of another version may read differently, and null holds it all the same
 * @param expected hashes that the record may have, as the log of its run printed them; empty when none was named
 */
export function readJudgedRun(folder: string, by: string | null, expected: readonly string[]): JudgedRun {
  const stored = readStoredRun(folder);
  const { record } = stored;
  const decision = decide(record);
  const path = join(folder, 'decision.json');
  const problems: string[] = [];
  if (!existsSync(path)) {
    problems.push('decision.json: missing, and every run that ended wrote one');
  } else if (
    namedHash(folder) === contentHash(record) &&
    (by === null || by === record.harness.version) &&
    readFileSync(path, 'utf8') !== readableJson(decision)
  ) {
    problems.push('decision.json: other bytes than the record gives');
  }
  if (expected.length > 0 && !expected.includes(decision.recordHash)) {
    problems.push(`run.json: its hash is ${decision.recordHash}, which --expect-record does not name`);
  }
  return { ...stored, decision, problems: [...stored.problems, ...problems] };
}

/** The hash of the record that `decision.json` names; null without that file, empty when it cannot be read. */
function namedHash(folder: string): string | null {
  const path = join(folder, 'decision.json');
  if (!existsSync(path)) return null;
  return namedRecord.safeParse(parseJson(readFileSync(path, 'utf8'))).data?.recordHash ?? '';
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
