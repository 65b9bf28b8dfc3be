import { isDeepStrictEqual } from 'node:util';
import type { RuleId } from '../contract/rule.ts';
import { type Violation, violation } from '../contract/violation.ts';
import type { CheckRecorder } from '../evidence/ledger.ts';
import { CheckStopped } from './judgement.ts';

/** What a broken promise looked like; the rule says what it means and what to do. */
export interface Expectation {
  readonly where: string;
  readonly expected: unknown;
  readonly actual: unknown;
  /** Records that show it. Default: the last three of the check. */
  readonly evidence?: readonly string[];
}

/** What a check has found so far: broken promises, warnings, and which of the declared outcomes occurred. */
export class CheckFindings {
  readonly #recorder: CheckRecorder;
  readonly #violations: Violation[] = [];
  readonly #warnings: string[] = [];
  #occurred: string | null = null;

  constructor(recorder: CheckRecorder) {
    this.#recorder = recorder;
  }

  get violations(): readonly Violation[] {
    return this.#violations;
  }

  get warnings(): readonly string[] {
    return this.#warnings;
  }

  get occurred(): string | null {
    return this.#occurred;
  }

  /** True when an error only ended the body after a violation was recorded. */
  stopped(error: unknown): boolean {
    return error instanceof CheckStopped && this.#violations.length > 0;
  }

  expectEqual(rule: RuleId, { where, expected, actual, evidence }: Expectation): void {
    if (isDeepStrictEqual(expected, actual)) return;
    this.expectThat(false, rule, {
      where,
      expected: show(expected),
      actual: show(actual),
      ...(evidence === undefined ? {} : { evidence }),
    });
  }

  expectThat(holds: boolean, rule: RuleId, { where, expected, actual, evidence }: Expectation): void {
    if (holds) return;
    const ids =
      evidence ??
      this.#recorder
        .seen()
        .slice(-3)
        .map(({ id }) => id);
    this.#violations.push(
      violation(rule, { where, expected: String(expected), actual: String(actual), evidence: ids }),
    );
  }

  report(found: readonly Violation[], evidence: readonly string[]): void {
    for (const one of found) {
      this.#violations.push(one.evidence === undefined && evidence.length > 0 ? { ...one, evidence } : one);
    }
  }

  stopIfBroken(): void {
    if (this.#violations.length > 0) throw new CheckStopped();
  }

  warn(text: string): void {
    this.#warnings.push(text);
  }

  note(occurred: string): void {
    this.#occurred = occurred;
  }
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
}
