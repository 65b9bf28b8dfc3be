import { delay } from './deadline.ts';

/**
 * Calls `probe` until it returns a value other than `undefined`, pausing `everyMs` between calls.
 * Ends only by that value or by the signal's reason: running out is an error, never an answer.
 */
export async function poll<T>(
  probe: (signal: AbortSignal) => Promise<T | undefined>,
  options: { readonly everyMs: number; readonly signal: AbortSignal },
): Promise<T> {
  for (;;) {
    const value = await probe(options.signal);
    if (value !== undefined) return value;
    await delay(options.everyMs, options.signal);
  }
}
