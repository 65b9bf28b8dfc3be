import { raceSignal } from './deadline.ts';

/** Takes a result; false when it has stopped waiting. */
type Waiter<T> = (result: { readonly item: T } | { readonly closed: unknown }) => boolean;

/**
 * A bounded queue between a socket's handlers and the code that waits for its messages.
 * Items that arrive before anyone waits are kept in order; nothing is dropped silently: over `capacity` it closes.
 */
export class Inbox<T> {
  readonly #items: T[] = [];
  readonly #waiters: Waiter<T>[] = [];
  readonly #capacity: number;
  #closed: { readonly reason: () => unknown } | null = null;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#items.length;
  }

  get isClosed(): boolean {
    return this.#closed !== null;
  }

  /** Adds an item; returns false when the inbox is closed or full, so that the owner can end the connection. */
  push(item: T): boolean {
    if (this.#closed !== null) return false;
    for (let waiter = this.#waiters.shift(); waiter !== undefined; waiter = this.#waiters.shift()) {
      if (waiter({ item })) return true;
    }
    if (this.#items.length >= this.#capacity) return false;
    this.#items.push(item);
    return true;
  }

  /**
   * Ends the inbox: items already there are still delivered, later waits reject with what `reason` returns. Only a wait
   * asks for it: an error holds a stack, and most inboxes end with nobody waiting.
   */
  close(reason: () => unknown): void {
    if (this.#closed !== null) return;
    this.#closed = { reason };
    for (const waiter of this.#waiters.splice(0)) waiter({ closed: reason() });
  }

  /** Takes the next item without waiting. */
  poll(): T | undefined {
    return this.#items.shift();
  }

  /** Waits for the next item. Rejects with the close reason, or with the signal's reason naming `what`. */
  async next(what: string, signal: AbortSignal): Promise<T> {
    const ready = this.#items.shift();
    if (ready !== undefined) return ready;
    if (this.#closed !== null) throw this.#closed.reason();
    let waiter: Waiter<T> | undefined;
    try {
      return await raceSignal(
        what,
        signal,
        () =>
          new Promise<T>((resolve, reject) => {
            waiter = (result) => {
              // An item that comes in the turn of the abort belongs to whoever waits next.
              if (signal.aborted) return false;
              if ('item' in result) resolve(result.item);
              else reject(result.closed);
              return true;
            };
            this.#waiters.push(waiter);
          }),
      );
    } finally {
      const at = waiter === undefined ? -1 : this.#waiters.indexOf(waiter);
      if (at >= 0) this.#waiters.splice(at, 1);
    }
  }
}
