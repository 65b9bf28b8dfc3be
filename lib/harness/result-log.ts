import { AppendFile } from '../foundation/append-file.ts';
import { type HarnessError } from '../foundation/errors.ts';
import type { CheckResult } from '../evidence/check-result.ts';
import type { PlannedCheck } from '../evidence/plan.ts';
import type { ObserverHealth } from './observer.ts';
import type { ResultLine } from '../evidence/result-line.ts';

/** Writes what a worker knows, line by line, as it happens. */
export class ResultLog {
  readonly #file: AppendFile;
  readonly #redact: (line: string) => string;

  /** @param onFailure see `AppendFile`. */
  constructor(path: string, redact: (line: string) => string, onFailure?: (error: HarnessError) => void) {
    this.#file = new AppendFile(path, onFailure);
    this.#redact = redact;
  }

  declare(check: PlannedCheck): void {
    this.#write({ line: 'declared', check });
  }

  started(id: string, attempt: number): void {
    this.#write({ line: 'started', id, attempt });
  }

  ended(result: CheckResult): void {
    this.#write({ line: 'ended', result });
  }

  fault(error: HarnessError): void {
    this.#write({ line: 'fault', code: error.code, message: error.message, next: error.next });
  }

  observer(health: ObserverHealth): void {
    this.#write({ line: 'observer', ...health });
  }

  #write(line: ResultLine): void {
    this.#file.append(`${this.#redact(JSON.stringify(line))}\n`);
  }
}
