import { accessSync, constants, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../foundation/atomic-file.ts';
import { readableJson } from '../../foundation/canonical-json.ts';
import { diskFailure, isDiskFull } from '../../foundation/disk-failure.ts';
import { HarnessError } from '../../foundation/errors.ts';
import { makeFolder } from '../../foundation/folder.mjs';
import type { RunRecord } from '../../evidence/run-record.ts';
import type { Decision } from '../../gate/decision.ts';
import { pointLatest, removeLatest } from '../launch/latest-link.mjs';

/** Returns the id of a run: its start in UTC, the environment, and six random digits. */
export function createRunId(startedAt: Date, environment: string, random: string): string {
  return `${startedAt.toISOString().replaceAll(/[-:]|\.\d+/g, '')}-${environment}-${random}`;
}

/**
 * Makes the folder of the reports, before anything is started that would have to be stopped again.
 * @throws {HarnessError} `USAGE` when it cannot be made or written, `DISK_WRITE_FAILED` when its disk is full.
 */
export function openReports(reports: string): void {
  try {
    makeFolder(reports);
    accessSync(reports, constants.W_OK);
  } catch (cause) {
    const failure = diskFailure('make and write', reports, cause);
    if (isDiskFull(cause)) throw failure;
    // Named on the command line, or where the project was put: nothing is wrong with the harness.
    throw new HarnessError('USAGE', failure.message, { cause, next: failure.next ?? '' });
  }
}

/**
 * The folder of one run under the reports folder. `latest` points to it from before the first
 * packet, so it never shows an older decision; of two runs at once the later start owns it.
 */
export class RunFolder {
  readonly reports: string;
  readonly runId: string;
  readonly path: string;
  /** Files that workers write as they go; gone once they are merged. */
  readonly work: string;

  /** @throws {HarnessError} `DISK_WRITE_FAILED`; `latest` is then removed rather than left pointing at an older run. */
  constructor(reports: string, runId: string) {
    this.reports = reports;
    this.runId = runId;
    this.path = join(reports, runId);
    this.work = join(this.path, '.work');
    try {
      makeFolder(this.work);
    } catch (cause) {
      removeLatest(reports);
      throw diskFailure('create', this.path, cause);
    }
  }

  /**
   * Writes record and decision and makes `latest` point here. Visible to every process at once and kept when we are
   * killed; the link is not flushed to the disk either, so waiting for the files would not make them survive more.
   */
  open(record: RunRecord, decision: Decision): void {
    try {
      this.writeDecision(record, decision, false);
      pointLatest(this.reports, this.runId);
    } catch (error) {
      removeLatest(this.reports);
      throw error;
    }
  }

  /** Writes `run.json`, then `decision.json`, each atomically; what is about to be written again need not be durable. */
  writeDecision(record: RunRecord, decision: Decision, isDurable = true): void {
    this.write('run.json', readableJson(record), isDurable);
    this.write('decision.json', readableJson(decision), isDurable);
  }

  write(name: string, content: string, isDurable = true): void {
    writeFileAtomic(join(this.path, name), content, 0o644, isDurable);
  }

  /** Names of what stands in the folder: a full disk lets only some files be written. */
  files(): readonly string[] {
    return readdirSync(this.path);
  }

  /** True while no later run has taken `latest`. */
  ownsLatest(): boolean {
    try {
      return readlinkSync(join(this.reports, 'latest')) === this.runId;
    } catch {
      // No link: it was never made, or somebody removed it.
      return false;
    }
  }

  removeWork(): void {
    rmSync(this.work, { recursive: true, force: true });
  }

  /** Removes a file of the run, if it is there and can be removed. */
  remove(name: string): void {
    try {
      rmSync(join(this.path, name), { force: true });
    } catch {
      // A folder stands there: none of ours, and whoever wanted to write the file has told it.
    }
  }
}
