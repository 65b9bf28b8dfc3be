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

  /** Faults of the run with those of its files: a disk that stopped the run already is told once, with what it cost. */
  beside(earlier: readonly HarnessFault[]): readonly HarnessFault[] {
    const told = earlier.find(({ code }) => code === 'DISK_WRITE_FAILED');
    const all = [...this.#byCause.values()];
    const echoes = told === undefined ? [] : all.filter(({ code }) => code === told.code);
    const files = new Set(echoes.flatMap((failure) => [...failure.files]));
    return [
      ...earlier.map((fault) =>
        fault === told && files.size > 0
          ? { ...fault, message: `${fault.message}; it kept ${namesOf(files)} from being written too` }
          : fault,
      ),
      ...all
        .filter((failure) => !echoes.includes(failure))
        .map(({ code, error, files: stopped }) => ({
          code,
          message: `${namesOf(stopped)}: ${describeError(error)}`,
          next: error instanceof HarnessError ? error.next : null,
        })),
    ];
  }
}

function namesOf(files: ReadonlySet<string>): string {
  const more = files.size > MOST_NAMED ? ` and ${files.size - MOST_NAMED} more` : '';
  return `${[...files].slice(0, MOST_NAMED).join(', ')}${more}`;
}

/** The code of the file system below a failed write; null for anything else. */
function diskCode(error: unknown): string | null {
  if (!(error instanceof HarnessError) || error.code !== 'DISK_WRITE_FAILED') return null;
  const { cause } = error;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : null;
}
