import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HarnessError } from '../../foundation/errors.ts';
import { readHandover } from '../../foundation/secret-handover.ts';
import type { SecretIndex } from '../../foundation/redaction.ts';
import type { CheckResult } from '../../evidence/check-result.ts';
import type { Evidence } from '../../evidence/evidence.ts';
import { parseEvidenceLine } from '../../evidence/evidence-line.ts';
import type { PlannedCheck } from '../../evidence/plan.ts';
import type { HarnessFault, RunRecord } from '../../evidence/run-record.ts';
import { type ResultLine, resultLineSchema } from '../../evidence/result-line.ts';

/** What the processes of a run left in its work folder. */
export interface WorkResults {
  readonly declared: readonly PlannedCheck[];
  readonly results: readonly CheckResult[];
  /** Checks that began and never ended: their worker died, or was stopped. */
  readonly unfinished: readonly string[];
  readonly faults: readonly HarnessFault[];
  readonly observer: RunRecord['observer'];
  readonly evidence: readonly Evidence[];
}

/** Merges the files of all writers. A last line cut short by a kill is dropped; a broken line anywhere else is a fault. */
export function readWork(folder: string, secrets: SecretIndex, handoverKey: string): WorkResults {
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  const faults: HarnessFault[] = [];
  const lines: ResultLine[] = [];
  const evidence: Evidence[] = [];
  let samples = 0;
  const broken = (file: string, error: unknown): void => {
    const message = error instanceof Error ? error.message : String(error);
    faults.push({ code: 'LEDGER_UNREADABLE', message: `${file}: ${message}`, next: null });
  };
  for (const name of names) {
    const path = join(folder, name);
    try {
      if (name.startsWith('secrets-')) {
        for (const { value, label } of readHandover(path, handoverKey)) secrets.register(value, label);
      } else if (name.startsWith('results-')) {
        const own = wholeLines(path).map((line) => parseResultLine(line, name));
        lines.push(...own);
        // Every line counts from the start of its worker: the last one has them all.
        samples += Math.max(0, ...own.map((line) => (line.line === 'observer' ? line.samples : 0)));
      } else if (name.startsWith('ledger-')) {
        for (const line of wholeLines(path)) evidence.push(parseEvidenceLine(line, name));
      }
    } catch (error) {
      broken(name, error);
    }
  }
  const results = lines.flatMap((line) => (line.line === 'ended' ? [line.result] : []));
  const ended = new Set(results.map(({ id, attempt }) => `${id}#${attempt}`));
  const observers = lines.flatMap((line) => (line.line === 'observer' ? [line] : []));
  return {
    declared: lines.flatMap((line) => (line.line === 'declared' ? [line.check] : [])),
    results,
    unfinished: lines.flatMap((line) =>
      line.line === 'started' && !ended.has(`${line.id}#${line.attempt}`) ? [line.id] : [],
    ),
    faults: [
      ...lines.flatMap((line) =>
        line.line === 'fault' ? [{ code: line.code, message: line.message, next: line.next }] : [],
      ),
      ...faults,
    ],
    observer: {
      eventLoopLagP99Ms: Math.max(0, ...observers.map((line) => line.eventLoopLagP99Ms)),
      eventLoopLagMaxMs: Math.max(0, ...observers.map((line) => line.eventLoopLagMaxMs)),
      samples,
    },
    // The sort is stable: what one writer recorded in the same microsecond keeps its order.
    evidence: evidence.sort((a, b) => a.atMs - b.atMs),
  };
}

function wholeLines(path: string): readonly string[] {
  return readFileSync(path, 'utf8').split('\n').slice(0, -1);
}

function parseResultLine(line: string, where: string): ResultLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new HarnessError('LEDGER_UNREADABLE', `expected one JSON line in ${where}, got a broken one`, {
      cause,
    });
  }
  const parsed = resultLineSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new HarnessError(
    'LEDGER_UNREADABLE',
    `expected a result line in ${where}, got another shape: ${parsed.error.message}`,
  );
}
