import { type Clock, systemClock } from './clock.ts';
import { delay } from './deadline.ts';

/** Keeps requests under a rate that the target declares: evenly spaced, without a burst that two processes could add up. */
export class Pace {
  readonly #spacingMs: number;
  readonly #clock: Clock;
  #nextAt = 0;

  /** @param perMinute requests a minute; null for no limit. */
  constructor(perMinute: number | null, clock: Clock = systemClock) {
    this.#spacingMs = perMinute === null ? 0 : 60_000 / perMinute;
    this.#clock = clock;
  }

  get isLimited(): boolean {
    return this.#spacingMs > 0;
  }

  /** Waits for the next free place in the sequence. Rejects with the signal's reason. */
  async turn(signal: AbortSignal): Promise<void> {
    if (this.#spacingMs === 0) return;
    const now = this.#clock.now();
    const at = Math.max(now, this.#nextAt);
    this.#nextAt = at + this.#spacingMs;
    if (at > now) await delay(at - now, signal);
  }
}
