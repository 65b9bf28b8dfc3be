import type { CanonicalEvent } from './event.ts';
import type { Tolerance } from './order-options.ts';
import type { RuleId } from './rule.ts';
import { violation, type Violation } from './violation.ts';

/** Collects what a verifier finds; a hostile stream cannot make it grow beyond `limit` entries of each kind. */
export class ViolationLog {
  readonly #limit: number;
  readonly #violations: Violation[] = [];
  readonly #warnings: Violation[] = [];
  #suppressed = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get violations(): readonly Violation[] {
    return this.#violations;
  }

  get warnings(): readonly Violation[] {
    return this.#warnings;
  }

  /** Entries beyond the limit: counted, not kept. */
  get suppressed(): number {
    return this.#suppressed;
  }

  report(rule: RuleId, expected: string, actual: string, event: CanonicalEvent, index: number): void {
    this.#add(this.#violations, rule, expected, actual, event, index);
  }

  warn(rule: RuleId, expected: string, actual: string, event: CanonicalEvent, index: number): void {
    this.#add(this.#warnings, rule, expected, actual, event, index);
  }

  /** A violation or a warning, as the options say; a warning when they say nothing. */
  judge(
    tolerance: Tolerance | undefined,
    rule: RuleId,
    expected: string,
    actual: string,
    event: CanonicalEvent,
    index: number,
  ): void {
    this.#add(
      tolerance === 'violation' ? this.#violations : this.#warnings,
      rule,
      expected,
      actual,
      event,
      index,
    );
  }

  #add(
    list: Violation[],
    rule: RuleId,
    expected: string,
    actual: string,
    event: CanonicalEvent,
    index: number,
  ): void {
    if (list.length >= this.#limit) {
      this.#suppressed += 1;
      return;
    }
    list.push(violation(rule, { expected, actual, where: event.type, eventIndex: index }));
  }
}
