/** What docs/errors.md prints for one rule. */
export interface RuleText {
  /** The breach in a few words. */
  readonly title: string;
  /** The promise that is broken. */
  readonly meaning: string;
  readonly usualCause: string;
  readonly nextStep: string;
}

/** Rules of one family by id. */
export type RuleFamily<Prefix extends string> = Readonly<Record<`${Prefix}-${Uppercase<string>}`, RuleText>>;
