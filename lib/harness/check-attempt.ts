import type { CheckRecorder } from '../evidence/ledger.ts';
import type { PlannedCheck } from '../evidence/plan.ts';
import type { Runtime } from './runtime.ts';

/** One attempt at one check, as the parts of its context share it. */
export interface CheckAttempt {
  readonly runtime: Runtime;
  readonly planned: PlannedCheck;
  readonly recorder: CheckRecorder;
  /** Ends with the deadline of the check. */
  readonly signal: AbortSignal;
  /** Keeps what has to be closed when the check ends. */
  readonly keep: (resource: AsyncDisposable) => void;
}
