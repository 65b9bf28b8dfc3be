/** Time as the harness sees it: a monotonic reading for durations, a wall reading for timestamps. */
export interface Clock {
  /** Milliseconds since an arbitrary origin, monotonic. */
  now(): number;
  /** Current UTC time. */
  wallTime(): Date;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wallTime: () => new Date(),
};
