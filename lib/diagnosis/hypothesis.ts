import type { Owner } from '../evidence/verdict.ts';
import type { Facts } from './facts.ts';
import type { ProbeName } from '../evidence/probe-name.ts';
import type { Sighting } from './sighting.ts';
import type { Symptom } from './symptom.ts';

/** Every explanation that the diagnosis can give (design.md §9); docs/DIAGNOSIS.md has the table. */
export const HYPOTHESES = [
  'HARNESS_FAULT',
  'STALE_DEPLOYMENT',
  'MIXED_ROLLOUT',
  'WRONG_TARGET',
  'NETWORK_TLS_DNS',
  'COLD_START',
  'SERVICE_DOWN',
  'ANSWER_CUT_OFF',
  'CLOCK_SKEW',
  'READINESS_DEGRADED',
  'BYPASS_NOT_CONFIGURED',
  'AUTH_CONFIG_MISSING',
  'AUTH_REJECTED',
  'AUTH_NOT_ENFORCED',
  'PROXY_STRIPS_AUTHORIZATION',
  'UPGRADE_NOT_FORWARDED',
  'SUBPROTOCOL_MISMATCH',
  'PROXY_IDLE_TIMEOUT',
  'BREAKER_OPEN',
  'RATE_LIMITED',
  'RACE_ON_CONNECT',
  'HANDLER_CRASH',
  'AGENT_PIPELINE_STALLED',
  'EVENT_CONTRACT_BROKEN',
  'ANSWER_WRONG',
  'CROSS_USER_LEAK',
  'TOKEN_ECHOED',
  'API_CONTRACT_BROKEN',
  'SOCKET_CONTRACT_BROKEN',
  'SLOW_RESPONSES',
  'UNKNOWN',
] as const;
export type HypothesisName = (typeof HYPOTHESES)[number];

/**
 * One line of a hypothesis's table: what is seen when it is true.
 * `must`: without it the hypothesis is out; while it is not asked, it is no cause yet. `should`: speaks for it when seen,
 * against it when the opposite is. `never`: seen, the hypothesis is out. `hardly`: seen, it speaks against.
 */
export interface Prediction {
  readonly kind: 'must' | 'should' | 'never' | 'hardly';
  /** As a statement about the target, without a full stop. */
  readonly text: string;
  /** Strength in (0, 1]: how much seeing it convinces. */
  readonly weight: number;
  readonly sees: (facts: Facts) => Sighting;
  /** The probe that decides it when nothing else has. */
  readonly probe?: ProbeName;
}

/** One explanation: what it predicts, what it accounts for, and what its owner does about it. */
export interface Hypothesis {
  readonly name: HypothesisName;
  /** What is wrong, in one line for a reader. */
  readonly title: string;
  readonly owner: Owner;
  readonly remedy: string;
  /** True for what makes every other observation doubtful: it stands before all others. */
  readonly outranks: boolean;
  /** When it stands before all others, though it does not always. */
  readonly outranksWhen?: (facts: Facts) => boolean;
  readonly predictions: readonly Prediction[];
  readonly explains: (symptom: Symptom, facts: Facts) => boolean;
  /** What it brings about in passing: hung under it as secondary, never beside it. */
  readonly brings: readonly HypothesisName[];
  /** What the evidence adds to the title, such as the names of failed services; null when nothing. */
  readonly detail?: (facts: Facts) => string | null;
}
