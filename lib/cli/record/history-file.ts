import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../foundation/folder.mjs';
import { type HistoryEntry, historyEntrySchema } from '../../gate/run-history.ts';

const HISTORY_FILE = 'history.ndjson';

/** Reads the ended runs of a reports folder, oldest first; a line that is cut short or of another version is passed over. */
export function readHistory(reports: string): readonly HistoryEntry[] {
  const path = join(reports, HISTORY_FILE);
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        const parsed = historyEntrySchema.safeParse(JSON.parse(line));
        return parsed.success ? [parsed.data] : [];
      } catch {
        // The end of a file whose writer was killed, or an empty line.
        return [];
      }
    });
}

/** Adds an ended run; one write, so that two runs at once do not mix their lines. */
export function appendHistory(reports: string, entry: HistoryEntry): void {
  makeFolder(reports);
  appendFileSync(join(reports, HISTORY_FILE), `${JSON.stringify(entry)}\n`);
}
