import type { RunRecord } from '../evidence/run-record.ts';
import { observerTooSlow } from '../gate/observer-limit.ts';

/** One run of a session, and whether our own event loop was too late for it to say anything about the target. */
export interface Attempt<T> {
  readonly result: T;
  readonly isVoid: boolean;
}

/** Attempts of one run while this machine is too slow to judge. */
const MAX_ATTEMPTS = 3;

/**
 * Makes a run again while it has problems and was void: it is neither an alarm nor a proof then. What the third attempt
 * shows stands, so a machine that is always too slow proves nothing.
 */
export async function untilJudged<T extends { readonly problems: readonly string[] }>(
  attempt: (repeats: number) => Promise<Attempt<T>>,
): Promise<T> {
  for (let repeats = 0; ; repeats += 1) {
    const { result, isVoid } = await attempt(repeats);
    if (!isVoid || result.problems.length === 0 || repeats + 1 === MAX_ATTEMPTS) return result;
  }
}

/** True when our own event loop was too late for the whole run, or for one of its checks. */
export function isVoid(record: RunRecord): boolean {
  return (
    observerTooSlow(record) !== null ||
    record.checks.some(({ attempts }) => attempts.at(-1)?.reason?.code === 'OBSERVER_SLOW')
  );
}
