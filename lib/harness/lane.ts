import { raceSignal } from '../foundation/deadline.ts';

/** Lets at most `width` holders in at a time, first come, first served. */
export class Lane {
  readonly #width: number;
  readonly #waiting: (() => void)[] = [];
  #held = 0;

  constructor(width: number) {
    this.#width = width;
  }

  /** Waits for a place. The returned release is idempotent. Rejects with the signal's reason. */
  async enter(what: string, signal: AbortSignal): Promise<() => void> {
    if (this.#held >= this.#width) {
      let place: (() => void) | undefined;
      try {
        await raceSignal(
          what,
          signal,
          () =>
            new Promise<void>((resolve) => {
              place = resolve;
              this.#waiting.push(resolve);
            }),
        );
      } catch (error) {
        // Aborted before it stood in line: there is no place to give back.
        if (place === undefined) throw error;
        const at = this.#waiting.indexOf(place);
        // A place handed over in the same turn as the abort must go on to the next in line.
        if (at >= 0) this.#waiting.splice(at, 1);
        else this.#handOver();
        throw error;
      }
    } else {
      this.#held += 1;
    }
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#handOver();
    };
  }

  #handOver(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#held -= 1;
    else next();
  }
}
