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

/** One fault for each cause: a full disk fails every spec file alike, and is told once, by its own code. */
export function hookFaults(failures: readonly HookFailure[]): readonly HarnessError[] {
  const messages = new Set(failures.map(({ error }) => error.message));
  return [...messages].flatMap((message) => {
    const alike = failures.filter(({ error }) => error.message === message);
    const [first] = alike;
    return first === undefined ? [] : [hookFault(first.error, [...new Set(alike.map(({ where }) => where))])];
  });
}

function hookFault(error: HookError, places: readonly string[]): HarnessError {
  const known = HARNESS_ERROR_CODES.find((code) => code === error.code);
  const more = places.length > MOST_NAMED ? ` and ${places.length - MOST_NAMED} more` : '';
  const where = `${places.slice(0, MOST_NAMED).join(', ')}${more}`;
  return new HarnessError(
    known ?? 'HOOK_FAILED',
    known === undefined
      ? `${where} failed outside every check: ${error.message}`
      : `${error.message} (outside every check, in ${where})`,
    {
      next:
        typeof error.next === 'string'
          ? error.next
          : `${places.length === 1 ? 'Its' : 'Their'} checks are not-run.`,
    },
  );
}
