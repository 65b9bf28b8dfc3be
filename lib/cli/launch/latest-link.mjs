import { lstatSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

// Plain JavaScript: a run that is refused before anything loads moves `latest` as well.

/**
 * Makes `latest` of a reports folder point to a run, in one step.
 * @param {string} reports @param {string} runId
 */
export function pointLatest(reports, runId) {
  const latest = join(reports, 'latest');
  const link = `${latest}.${process.pid}`;
  rmSync(link, { force: true });
  symlinkSync(runId, link);
  try {
    setAside(latest, runId);
    renameSync(link, latest);
  } catch (error) {
    rmSync(link, { force: true });
    throw error;
  }
}

/**
 * Takes `latest` away, so that it never shows an older decision; says so when even that fails.
 * @param {string} reports
 */
export function removeLatest(reports) {
  const latest = join(reports, 'latest');
  try {
    setAside(latest, `unreadable-${process.pid}`);
    rmSync(latest, { force: true });
  } catch (error) {
    // A file in the place of the folder holds no link.
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return;
    process.stderr.write(`stagegate: ${latest} could neither be replaced nor removed; do not read it.\n`);
  }
}

/**
 * A restored cache may have made a real folder of the link: it is somebody's data, and an old decision.
 * @param {string} latest @param {string} name
 */
function setAside(latest, name) {
  const entry = lstatSync(latest, { throwIfNoEntry: false });
  if (entry === undefined || entry.isSymbolicLink()) return;
  renameSync(latest, `${latest}.replaced-by-${name}`);
}
