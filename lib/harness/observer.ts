import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 10;

/** Lag of the harness's own event loop, in milliseconds above the sampling interval. */
export interface ObserverHealth {
  readonly eventLoopLagP99Ms: number;
  readonly eventLoopLagMaxMs: number;
  readonly samples: number;
}

/**
 * Measures how late our own event loop is while checks run: a slow observer must not be reported
 * as a slow target (design.md §2, law 9). Loading code between checks does not count.
 */
export class Observer {
  readonly #histogram: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #active = 0;

  /** Marks one check as running until the returned function is called. */
  watch(): () => void {
    if (this.#active === 0) this.#histogram.enable();
    this.#active += 1;
    return () => {
      this.#active -= 1;
      if (this.#active === 0) this.#histogram.disable();
    };
  }

  /** True while no check runs: what was measured can be told then, whenever the worker is ended. */
  get isIdle(): boolean {
    return this.#active === 0;
  }

  health(): ObserverHealth {
    const samples = this.#histogram.count;
    if (samples === 0) return { eventLoopLagP99Ms: 0, eventLoopLagMaxMs: 0, samples };
    const lag = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
    return {
      eventLoopLagP99Ms: lag(this.#histogram.percentile(99)),
      eventLoopLagMaxMs: lag(this.#histogram.max),
      samples,
    };
  }
}
