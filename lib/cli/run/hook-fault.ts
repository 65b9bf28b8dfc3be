import { HARNESS_ERROR_CODES, HarnessError } from '../../foundation/errors.ts';

/** An error of a spec file outside its checks, as the test runner hands it over from the worker. */
export interface HookError {
  readonly message: string;
  readonly code?: unknown;
  readonly next?: unknown;
}

export interface HookFailure {
  /** The spec file, and the suite in it. */
  readonly where: string;
  readonly error: HookError;
}

const MOST_NAMED = 3;

/** One fault for each cause: a full disk fails every file that is written, and is told once, by its own code. */
export function hookFaults(failures: readonly HookFailure[]): readonly HarnessError[] {
  const causes = new Set(failures.map(({ error }) => causeOf(error)));
  return [...causes].flatMap((cause) => {
    const alike = failures.filter(({ error }) => causeOf(error) === cause);
    const [first] = alike;
    return first === undefined ? [] : [hookFault(first.error, [...new Set(alike.map(({ where }) => where))])];
  });
}

/** True for an error of a spec file, or of a check in it, that says that nothing can be recorded any more. */
export function isUnwritable({ code }: HookError): boolean {
  return code === 'DISK_WRITE_FAILED';
}

function causeOf(error: HookError): string {
  return isUnwritable(error) ? 'DISK_WRITE_FAILED' : error.message;
}

function hookFault(error: HookError, places: readonly string[]): HarnessError {
  const known = HARNESS_ERROR_CODES.find((code) => code === error.code);
  const more = places.length > MOST_NAMED ? ` and ${places.length - MOST_NAMED} more` : '';
  const where = `${places.slice(0, MOST_NAMED).join(', ')}${more}`;
  const ownNext = typeof error.next === 'string' ? error.next : null;
  if (known === undefined) {
    return new HarnessError('HOOK_FAILED', `${where} failed outside every check: ${error.message}`, {
      next: ownNext ?? `${places.length === 1 ? 'Its' : 'Their'} checks are not-run.`,
    });
  }
  const text = isUnwritable(error) ? `first in ${places[0] ?? '-'}` : `outside every check, in ${where}`;
  return new HarnessError(known, `${error.message} (${text})`, ownNext === null ? {} : { next: ownNext });
}
