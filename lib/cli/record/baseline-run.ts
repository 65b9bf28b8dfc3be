import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Baseline } from '../../evidence/baseline.ts';
import { HarnessError } from '../../foundation/errors.ts';
import { compareRuns, type ComparedRun } from '../../gate/compare-runs.ts';
import type { Decision } from '../../gate/decision.ts';
import { type HistoryEntry, lastStrictGo } from '../../gate/run-history.ts';
import { readJudgedRun, runFolder } from './stored-run.ts';

/** The run that `--baseline` names, found before the first packet. */
export type BaselineRun =
  | { readonly kind: 'run'; readonly run: ComparedRun & { readonly decision: Decision } }
  | { readonly kind: 'none'; readonly asked: string; readonly why: string };

const LATEST_GO = 'latest-go';

/**
 * Finds the baseline: a folder, a run id, or `latest-go`. That there was no GO yet is said in the report; a run that cannot
 * be one is refused. @throws {HarnessError} `USAGE`.
 */
export function findBaseline(
  asked: string,
  where: {
    readonly reports: string;
    readonly history: readonly HistoryEntry[];
    readonly environment: string;
    /** Of the harness that reads it. */
    readonly version: string;
  },
): BaselineRun {
  if (asked === LATEST_GO) {
    const found = lastStrictGo(where.history, where.environment);
    if (found === null || !existsSync(join(where.reports, found.runId, 'run.json'))) {
      const what =
        found === null
          ? 'no whole run of it was GO by a policy that asks as much as the built-in one'
          : `the files of ${found.runId} are gone`;
      return { kind: 'none', asked, why: `no baseline for ${where.environment}: ${what}` };
    }
    const run = storedRun(join(where.reports, found.runId), where.version);
    expectLine(run, found);
    return { kind: 'run', run };
  }
  const run = storedRun(runFolder(where.reports, asked, '--baseline'), where.version);
  const { selection, state, runId } = run.record;
  if (state !== 'complete' || (selection.scope !== 'full' && selection.scope !== 'smoke')) {
    throw new HarnessError(
      'USAGE',
      `expected a whole run as --baseline, got ${runId}: ${state}, scope ${selection.scope}`,
      { next: 'A filtered, sharded or interrupted run is never a baseline (design.md §13.1).' },
    );
  }
  return { kind: 'run', run };
}

/** What changed since the baseline, for the record of the run. */
export function baselineOf(found: BaselineRun, run: ComparedRun): Baseline {
  return found.kind === 'none'
    ? { kind: 'none', asked: found.asked, why: found.why }
    : compareRuns(found.run, run);
}

/** The history says which run was GO: its files must be of that run, and give that decision. @throws {HarnessError} `USAGE`. */
function expectLine(
  { record, decision }: ComparedRun & { readonly decision: Decision },
  line: HistoryEntry,
): void {
  const isSame =
    record.runId === line.runId &&
    record.target.environment === line.environment &&
    decision.decision === line.decision &&
    (line.recordHash === undefined || line.recordHash === decision.recordHash);
  if (isSame) return;
  throw new HarnessError(
    'USAGE',
    `expected the run that history.ndjson calls the latest GO (${line.runId}), got files of another: ${record.runId}, ${decision.decision}, record ${decision.recordHash}`,
    { next: 'Name the run to compare with by --baseline RUN, or move the reports folder away.' },
  );
}

/** A stored run with its decision. @throws {HarnessError} `USAGE` when its files are not as the run wrote them. */
export function storedRun(folder: string, version: string): ComparedRun & { readonly decision: Decision } {
  const { record, seal, decision, problems } = readJudgedRun(folder, version, []);
  if (problems.length > 0) {
    throw new HarnessError('USAGE', `expected an unaltered run in ${folder}, got: ${problems.join('; ')}`, {
      next: 'Name another run.',
    });
  }
  return { record, evidence: seal.records, decision };
}
