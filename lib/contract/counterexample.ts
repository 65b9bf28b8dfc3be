import { EventOrder } from './event-order.ts';
import type { CanonicalEvent } from './event.ts';
import type { OrderOptions, StreamEnd } from './order-options.ts';
import type { RuleId } from './rule.ts';

/** The smallest list found that still breaks the rule; removing any one event of it mends it or empties the list. */
export interface Counterexample {
  readonly rule: RuleId;
  readonly events: readonly CanonicalEvent[];
  /** Places of these events in the list that was given. */
  readonly indices: readonly number[];
}

export interface CounterexampleOptions extends OrderOptions {
  /** The rule to show; default the first violation of the whole list. */
  readonly rule?: RuleId;
  /** How the stream ended; default `terminal`. */
  readonly ended?: StreamEnd;
  /** Most lists that are tried, default 2000; when it is reached the result is correct but may not be minimal. */
  readonly maxTries?: number;
}

const DEFAULT_MAX_TRIES = 2_000;

/** Reduces a violating list by delta debugging (ddmin) to a small one that breaks the same rule; null when none is broken. */
export function minimalCounterexample(
  events: readonly CanonicalEvent[],
  options: CounterexampleOptions = {},
): Counterexample | null {
  const ended = options.ended ?? 'terminal';
  const rule = options.rule ?? judge(events, options, ended)[0];
  if (rule === undefined || !judge(events, options, ended).includes(rule)) return null;
  let triesLeft = options.maxTries ?? DEFAULT_MAX_TRIES;
  const shows = (indices: readonly number[]): boolean => {
    // The empty list lacks everything, so it would "show" every rule about absence.
    if (indices.length === 0 || triesLeft <= 0) return false;
    triesLeft -= 1;
    return judge(pick(events, indices), options, ended).includes(rule);
  };
  const indices = reduce([...events.keys()], shows);
  return { rule, events: pick(events, indices), indices };
}

function judge(
  events: readonly CanonicalEvent[],
  options: OrderOptions,
  ended: StreamEnd,
): readonly RuleId[] {
  const order = new EventOrder(options);
  events.forEach((event, index) => order.accept(event, index, 0));
  order.end(ended);
  return order.violations().map((found) => found.rule);
}

function reduce(start: readonly number[], shows: (indices: readonly number[]) => boolean): readonly number[] {
  let current = start;
  let chunks = 2;
  while (current.length >= 2) {
    const size = Math.ceil(current.length / chunks);
    const smaller = firstSmaller(current, size, shows);
    if (smaller !== undefined) {
      current = smaller;
      chunks = Math.max(2, chunks - 1);
    } else if (size === 1) {
      break;
    } else {
      chunks = Math.min(current.length, chunks * 2);
    }
  }
  return current;
}

/** One chunk alone, else all without one chunk. */
function firstSmaller(
  current: readonly number[],
  size: number,
  shows: (indices: readonly number[]) => boolean,
): readonly number[] | undefined {
  for (let from = 0; from < current.length; from += size) {
    const chunk = current.slice(from, from + size);
    if (chunk.length < current.length && shows(chunk)) return chunk;
  }
  for (let from = 0; from < current.length; from += size) {
    const rest = [...current.slice(0, from), ...current.slice(from + size)];
    if (shows(rest)) return rest;
  }
  return undefined;
}

function pick(events: readonly CanonicalEvent[], indices: readonly number[]): readonly CanonicalEvent[] {
  const picked: CanonicalEvent[] = [];
  for (const index of indices) {
    const event = events[index];
    if (event !== undefined) picked.push(event);
  }
  return picked;
}
