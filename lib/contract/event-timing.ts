import { BUDGETS, judgeBudget, scaleBudgets, type Budget, type Budgets } from './budget.ts';
import { violation, type Violation } from './violation.ts';

export interface TimingOptions {
  /** Monotonic time at which the start message was sent. */
  readonly sentAtMs: number;
  /** Budgets at time scale 1; default `BUDGETS`. */
  readonly budgets?: Budgets | undefined;
  /** Factor on every budget; default 1. Findings name the measured value and the scale (design.md §13.10). */
  readonly timeScale?: number | undefined;
  /** No scaled limit is below this; default 0. */
  readonly floorMs?: number | undefined;
}

/** Figures of one turn; null where nothing was measured. */
export interface TurnTiming {
  readonly firstEventMs: number | null;
  /** Largest silence between two events, or between the last event and the end of an unfinished turn. */
  readonly maxGapMs: number | null;
  /** Index of the event before the largest silence. */
  readonly maxGapAfter: number | null;
  readonly totalMs: number;
  readonly violations: readonly Violation[];
  readonly warnings: readonly Violation[];
}

/** Measures the silences of one turn; only agent events count, heartbeats do not (design.md §13.9). */
export class EventTiming {
  readonly #sentAtMs: number;
  readonly #timeScale: number;
  readonly #budgets: Budgets;
  #firstAtMs: number | null = null;
  #lastAtMs = 0;
  #lastIndex = 0;
  #maxGapMs: number | null = null;
  #maxGapAfter: number | null = null;

  constructor(options: TimingOptions) {
    this.#sentAtMs = options.sentAtMs;
    this.#timeScale = options.timeScale ?? 1;
    this.#budgets = scaleBudgets(options.budgets ?? BUDGETS, this.#timeScale, options.floorMs);
  }

  /** Takes the time of receipt of the next event. */
  accept(index: number, atMs: number): void {
    if (this.#firstAtMs === null) this.#firstAtMs = atMs;
    else this.#noteGap(atMs);
    this.#lastAtMs = atMs;
    this.#lastIndex = index;
  }

  /** Judges the turn; `isTerminated` false means that the silence up to `endedAtMs` belongs to it. */
  finish(endedAtMs: number, isTerminated: boolean): TurnTiming {
    const hasEvents = this.#firstAtMs !== null;
    if (hasEvents && !isTerminated) this.#noteGap(endedAtMs);
    const firstEventMs = this.#firstAtMs === null ? null : this.#firstAtMs - this.#sentAtMs;
    const totalMs = (hasEvents && isTerminated ? this.#lastAtMs : endedAtMs) - this.#sentAtMs;
    const violations: Violation[] = [];
    const warnings: Violation[] = [];
    const judge = (rule: Violation['rule'], budget: Budget, valueMs: number, where: string): void => {
      const standing = judgeBudget(budget, valueMs);
      if (standing === 'within') return;
      const limitMs = standing === 'fail' ? budget.failMs : budget.warnMs;
      const expected = `at most ${limitMs} ms (time scale ${this.#timeScale})`;
      const found = violation(rule, { expected, actual: `${Math.round(valueMs)} ms`, where });
      (standing === 'fail' ? violations : warnings).push(found);
    };
    // Without any event the wait itself is the lower bound of the first-event time.
    const waitedMs = firstEventMs ?? endedAtMs - this.#sentAtMs;
    judge(
      'TIM-FIRST-EVENT',
      this.#budgets.firstEvent,
      waitedMs,
      hasEvents ? 'first event' : 'no event at all',
    );
    if (this.#maxGapMs !== null) {
      judge('TIM-GAP', this.#budgets.eventGap, this.#maxGapMs, `after event ${this.#maxGapAfter}`);
    }
    judge('TIM-TURN', this.#budgets.turn, totalMs, isTerminated ? 'turn' : 'unfinished turn');
    return {
      firstEventMs,
      maxGapMs: this.#maxGapMs,
      maxGapAfter: this.#maxGapAfter,
      totalMs,
      violations,
      warnings,
    };
  }

  #noteGap(atMs: number): void {
    const gapMs = atMs - this.#lastAtMs;
    if (this.#maxGapMs === null || gapMs > this.#maxGapMs) {
      this.#maxGapMs = gapMs;
      this.#maxGapAfter = this.#lastIndex;
    }
  }
}

/** Creates the measurement of one turn. */
export function createEventTiming(options: TimingOptions): EventTiming {
  return new EventTiming(options);
}
