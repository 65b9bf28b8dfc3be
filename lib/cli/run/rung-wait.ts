import { systemClock } from '../../foundation/clock.ts';
import type { LadderWatch } from '../../probes/ladder.ts';
import { RUNG_DESCRIPTIONS, type RungName } from '../../probes/rung.ts';

/** A rung that takes longer is named, and again after each longer pause. */
const LONG_MS = 3_000;
const AGAIN_MS = 8_000;

/** Says which rung is waited for once that takes long, so that nobody looks at nothing; dispose it with the climb. */
export class RungWait implements LadderWatch, Disposable {
  readonly #say: (text: string) => void;
  readonly #longMs: number;
  #timer: NodeJS.Timeout | undefined;

  /** @param longMs default 3 s. */
  constructor(say: (text: string) => void, { longMs = LONG_MS }: { readonly longMs?: number } = {}) {
    this.#say = say;
    this.#longMs = longMs;
  }

  started(rung: RungName): void {
    const startedAt = systemClock.now();
    const tell = (): void => {
      const waitedSec = Math.round((systemClock.now() - startedAt) / 1_000);
      this.#say(`waiting for ${rung}, ${waitedSec} s so far (${RUNG_DESCRIPTIONS[rung].title})`);
      this.#timer = setTimeout(tell, AGAIN_MS).unref();
    };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(tell, this.#longMs).unref();
  }

  ended(): void {
    clearTimeout(this.#timer);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
