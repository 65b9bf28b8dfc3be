import type { HarnessFault } from '../../evidence/run-record.ts';
import { describeError, HarnessError } from '../../foundation/errors.ts';

/** Turns an error that ended a part of a run into the fault that voids it. */
export function faultOf(error: unknown): HarnessFault {
  if (error instanceof HarnessError) return { code: error.code, message: error.message, next: error.next };
  return { code: 'RUNNER_FAILED', message: describeError(error), next: null };
}
