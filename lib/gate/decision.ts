import type { FingerprintJudgement } from '../evidence/fingerprint-judgement.ts';
import type { VerdictCounts } from '../evidence/verdict.ts';
import type { Scope } from '../evidence/run-record.ts';
import type { Condition } from './condition.ts';
import type { ThresholdOutcome } from './threshold.ts';
import type { WaiverState } from './waiver-use.ts';

/** Literals of `decision.json` (design.md §10), best first. */
export const DECISIONS = ['GO', 'CONDITIONAL_GO', 'NO_GO', 'INCONCLUSIVE'] as const;
export type DecisionKind = (typeof DECISIONS)[number];

/** Why the decision is what it is; `rule` is the number of the rule in design.md §10. */
export interface DecisionReason {
  readonly rule: 1 | 2 | 3 | 4 | 5 | 6;
  readonly check: string | null;
  readonly text: string;
}

/** A state of an axis: what was asked of it, and whether it was seen. */
export type AxisState = 'yes' | 'no' | 'unknown' | 'not stated';

/** What the gate says of one run: a pure function of its record. */
export interface Decision {
  readonly schema: 1;
  readonly runId: string;
  readonly state: 'running' | 'final';
  readonly decision: DecisionKind;
  readonly scope: Scope;
  readonly exitCode: number;
  /** `GO`, `GO (smoke)`, `GO (policy canary)`, `GO (embedded backend)`, `INCONCLUSIVE (partial run)`, … */
  readonly headline: string;
  /** Which policy judged, and in what it asks less than the built-in full one. */
  readonly policy: { readonly name: string; readonly weaker: readonly string[] };
  /** Can users chat, and did the change do what it claims; the headline is the worse. */
  readonly axes: { readonly outcome: AxisState; readonly change: AxisState };
  readonly reasons: readonly DecisionReason[];
  /** What makes a GO conditional; empty otherwise. */
  readonly conditions: readonly Condition[];
  /** Every waiver that was handed in, and whether it changed anything. */
  readonly waivers: readonly {
    readonly check: string;
    readonly state: WaiverState;
    readonly text: string;
  }[];
  /** Every limit of the policy, and how what was measured stands to it. */
  readonly thresholds: readonly ThresholdOutcome[];
  readonly counts: VerdictCounts;
  readonly revision: {
    readonly state: RevisionState;
    readonly expected: string | null;
    readonly seen: readonly string[];
    /** What behaviours say, under a policy that judges by them; absent under any other. */
    readonly fingerprint?: Omit<FingerprintJudgement, 'rows'>;
  };
  readonly decidedAt: string;
  /** Last link of the hash chain of `evidence.ndjson`. */
  readonly evidenceRoot: string;
  /** SHA-256 of the canonical JSON of the record that was judged. */
  readonly recordHash: string;
}

/**
 * `unreadable`: what the target calls its revision cannot be one. `generation-proven` and `generation-undecided`: no revision is
 * told, and its behaviours are, or are not, those of the expected generation.
 */
export type RevisionState =
  | 'proven'
  | 'generation-proven'
  | 'generation-undecided'
  | 'mismatch'
  | 'mixed'
  | 'hidden'
  | 'unreadable'
  | 'unproven-accepted'
  | 'not read';
