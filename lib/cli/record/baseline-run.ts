import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Baseline } from '../../evidence/baseline.ts';
import { HarnessError } from '../../foundation/errors.ts';
import { compareRuns, type ComparedRun } from '../../gate/compare-runs.ts';
import { decide } from '../../gate/decide.ts';
import type { Decision } from '../../gate/decision.ts';
import { type HistoryEntry, lastGo } from '../../gate/run-history.ts';
import { readStoredRun, runFolder } from './stored-run.ts';

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
  },
): BaselineRun {
  if (asked === LATEST_GO) {
    const found = lastGo(where.history, where.environment);
    if (found === null || !existsSync(join(where.reports, found.runId, 'run.json'))) {
      const what = found === null ? 'no whole run of it was GO' : `the files of ${found.runId} are gone`;
      return { kind: 'none', asked, why: `no baseline for ${where.environment}: ${what}` };
    }
    return { kind: 'run', run: storedRun(join(where.reports, found.runId)) };
  }
  const run = storedRun(runFolder(where.reports, asked, '--baseline'));
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

/** A stored run with its decision. @throws {HarnessError} `USAGE` when its files are not as the run wrote them. */
export function storedRun(folder: string): ComparedRun & { readonly decision: Decision } {
  const { record, seal, problems } = readStoredRun(folder);
  if (problems.length > 0) {
    throw new HarnessError('USAGE', `expected an unaltered run in ${folder}, got: ${problems.join('; ')}`, {
      next: 'Name another run.',
    });
  }
  return { record, evidence: seal.records, decision: decide(record) };
}
