import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resultLineSchema } from '../../evidence/result-line.ts';
import type { FinishedCheck } from '../../reporting/console-report.ts';

/** Follows what the workers of a run write as their checks end. */
export class FinishedChecks {
  readonly #folder: string;
  /** Bytes of each file that were told. */
  readonly #told = new Map<string, number>();

  /** @param folder work folder of the run */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Returns the checks that ended since the last call, each once; a line that is still being written waits for the next. */
  next(): readonly FinishedCheck[] {
    if (!existsSync(this.#folder)) return [];
    const checks = new Map<string, FinishedCheck>();
    for (const name of readdirSync(this.#folder).filter((candidate) => candidate.startsWith('results-'))) {
      for (const line of this.#freshLines(name)) {
        const parsed = resultLineSchema.safeParse(JSON.parse(line));
        if (!parsed.success || parsed.data.line !== 'ended') continue;
        const { id, verdict } = parsed.data.result;
        checks.set(id, { id, verdict });
      }
    }
    return [...checks.values()];
  }

  #freshLines(name: string): readonly string[] {
    const bytes = readFileSync(join(this.#folder, name));
    const from = this.#told.get(name) ?? 0;
    const to = bytes.lastIndexOf('\n') + 1;
    this.#told.set(name, Math.max(from, to));
    return bytes.toString('utf8', from, to).split('\n').slice(0, -1);
  }
}
