import { BUDGETS, scaleBudgets, type Budget } from '../contract/budget.ts';
import type { TurnCollector } from './turn-collector.ts';
import type { ChatTurnOptions } from './turn.ts';

/** Limit of a budget that says none. */
const FALLBACK_LIMIT_MS = 90_000;

/** Ends a turn that went silent or runs over its budget, with one timer that is re-armed and not one per event. */
export class SilenceWatch {
  readonly #collector: TurnCollector;
  readonly #silenceMs: number;
  readonly #progressMs: number;
  readonly #totalMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(collector: TurnCollector, options: ChatTurnOptions) {
    const budgets = scaleBudgets(options.budgets ?? BUDGETS, options.timeScale ?? 1, options.budgetFloorMs);
    this.#collector = collector;
    this.#silenceMs = limitMs(budgets.eventGap);
    this.#progressMs = budgets.eventGap.warnMs ?? this.#silenceMs;
    this.#totalMs = limitMs(budgets.turn);
  }

  start(): void {
    this.#arm(Math.min(this.#silenceMs, this.#totalMs));
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #arm(delayMs: number): void {
    this.#timer = setTimeout(() => this.#check(), Math.max(1, Math.ceil(delayMs)));
  }

  #check(): void {
    const { elapsedMs, silentMs } = this.#collector.waited();
    if (silentMs >= this.#silenceMs) return this.#collector.finish('silence');
    // Over the total budget: a turn that makes progress ends here; one that is already silent is left to the silence
    // budget, so that a stall is named a stall.
    if (elapsedMs < this.#totalMs) {
      return this.#arm(Math.min(this.#silenceMs - silentMs, this.#totalMs - elapsedMs));
    }
    if (silentMs < this.#progressMs) return this.#collector.finish('deadline');
    this.#arm(this.#silenceMs - silentMs);
  }
}

function limitMs(budget: Budget): number {
  return budget.hardMs ?? budget.failMs ?? FALLBACK_LIMIT_MS;
}
