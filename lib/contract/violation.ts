import type { RuleId } from './rule.ts';

/** A promise of the contract that the target observably broke: a value, never thrown. */
export interface Violation {
  readonly rule: RuleId;
  readonly expected: string;
  readonly actual: string;
  /** Where it was seen: a field path, an event, a path of the HTTP API, a connection. */
  readonly where: string;
  /** Zero-based index of the event in the stream that was judged. */
  readonly eventIndex?: number;
  /** Ids of ledger entries. */
  readonly evidence?: readonly string[];
}

export type ViolationFields = Omit<Violation, 'rule'>;

/** Builds a frozen violation of `rule`; `expected` and `actual` must already be free of secrets. */
export function violation(rule: RuleId, fields: ViolationFields): Violation {
  return Object.freeze({ rule, ...fields });
}
