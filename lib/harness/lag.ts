import { Observer } from './observer.ts';

/** A value with the lag of our own event loop while it was made. */
export interface Observed<T> {
  readonly value: T;
  /** 99th percentile in milliseconds. */
  readonly lagMs: number;
}

/** Does something and says how late our own event loop was meanwhile. */
export async function observed<T>(work: () => Promise<T>): Promise<Observed<T>> {
  const observer = new Observer();
  const release = observer.watch();
  try {
    const value = await work();
    return { value, lagMs: observer.health().eventLoopLagP99Ms };
  } finally {
    release();
  }
}
