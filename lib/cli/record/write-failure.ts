import type { HarnessFault } from '../../evidence/run-record.ts';
import { describeError, HarnessError } from '../../foundation/errors.ts';

interface WriteFailure {
  readonly code: HarnessFault['code'];
  readonly error: unknown;
  readonly files: Set<string>;
}

const MOST_NAMED = 3;

/** What could not be written, by cause: a full disk stops every file and is told once. */
export class WriteFailures {
  readonly #byCause = new Map<string, WriteFailure>();

  /** False for what is known already: a report that is written again fails again. */
  add(code: HarnessFault['code'], error: unknown, file: string): boolean {
    const key = `${code} ${diskCode(error) ?? `${file} ${describeError(error)}`}`;
    const known = this.#byCause.get(key);
    if (known === undefined) {
      this.#byCause.set(key, { code, error, files: new Set([file]) });
      return true;
    }
    const isNew = !known.files.has(file);
    known.files.add(file);
    return isNew;
  }

  get faults(): readonly HarnessFault[] {
    return [...this.#byCause.values()].map(({ code, error, files }) => {
      const more = files.size > MOST_NAMED ? ` and ${files.size - MOST_NAMED} more` : '';
      return {
        code,
        message: `${[...files].slice(0, MOST_NAMED).join(', ')}${more}: ${describeError(error)}`,
        next: error instanceof HarnessError ? error.next : null,
      };
    });
  }
}

/** The code of the file system below a failed write; null for anything else. */
function diskCode(error: unknown): string | null {
  if (!(error instanceof HarnessError) || error.code !== 'DISK_WRITE_FAILED') return null;
  const { cause } = error;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : null;
}
