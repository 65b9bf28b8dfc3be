import { setMaxListeners } from 'node:events';
import { type Clock, systemClock } from './clock.ts';
import { HarnessError } from './errors.ts';

/**
 * One shared time budget. Every wait of a check takes its signal, so no wait outlives the check
 * and an expired budget names what was being awaited.
 */
export class Deadline implements Disposable {
  readonly budgetMs: number;
  readonly #controller = new AbortController();
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #timer: NodeJS.Timeout;
  readonly #detach: () => void;

  /** @param budgetMs total budget. @param parent a signal that ends this deadline too (an interrupt, an outer budget). */
  constructor(budgetMs: number, options: { readonly parent?: AbortSignal; readonly clock?: Clock } = {}) {
    this.budgetMs = budgetMs;
    this.#clock = options.clock ?? systemClock;
    this.#startedAt = this.#clock.now();
    // One check may wait on many connections at once; each wait detaches its listener when it ends.
    setMaxListeners(0, this.#controller.signal);
    this.#timer = setTimeout(() => {
      this.#controller.abort(
        new HarnessError('DEADLINE_EXCEEDED', `the budget of ${budgetMs} ms is used up`, {
          details: { budgetMs },
        }),
      );
    }, budgetMs);
    const { parent } = options;
    const onParentAbort = (): void => this.#controller.abort(parent?.reason);
    if (parent?.aborted === true) onParentAbort();
    parent?.addEventListener('abort', onParentAbort, { once: true });
    this.#detach = () => parent?.removeEventListener('abort', onParentAbort);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Milliseconds left, never below 0. */
  remainingMs(): number {
    return Math.max(0, this.budgetMs - (this.#clock.now() - this.#startedAt));
  }

  /**
   * Runs `work` and rejects when the budget ends first.
   * @throws {HarnessError} `DEADLINE_EXCEEDED` naming `what`, or the reason of the parent signal.
   */
  async race<T>(what: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return raceSignal(what, this.signal, work);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#detach();
  }
}

/**
 * Runs `work` and rejects as soon as `signal` aborts; the listener never outlives the race.
 * @throws {HarnessError} `DEADLINE_EXCEEDED` naming `what` when the signal carries an expired budget, else the signal's reason.
 */
export async function raceSignal<T>(
  what: string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (signal.aborted) throw abortReason(what, signal);
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(abortReason(what, signal));
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work(signal), aborted]);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
  }
}

function abortReason(what: string, signal: AbortSignal): unknown {
  const reason: unknown = signal.reason;
  if (reason instanceof HarnessError && reason.code === 'DEADLINE_EXCEEDED') {
    const budgetMs = reason.details['budgetMs'];
    return new HarnessError(
      'DEADLINE_EXCEEDED',
      `expected ${what} within the budget of ${String(budgetMs)} ms, got nothing until it was used up`,
      { cause: reason, details: { ...reason.details, awaited: what } },
    );
  }
  return reason;
}

/** Waits `delayMs`, or rejects with the signal's reason. */
export async function delay(delayMs: number, signal: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  try {
    await raceSignal(`a pause of ${delayMs} ms`, signal, async () => {
      await new Promise<void>((resolve) => {
        timer = setTimeout(resolve, delayMs);
      });
    });
  } finally {
    clearTimeout(timer);
  }
}
