import type { AgentNode } from './agent-tree.ts';
import type { EventTally } from './event-tally.ts';
import type { AgentEventType, CriticalEventType } from './event-type.ts';
import type { Pairing } from './tool-pairing.ts';

/** How the wait for a turn ended; only `terminal` is a completion. */
export type StreamEnd = 'terminal' | 'deadline' | 'closed' | 'silence' | 'limit';

/** Whether something that the contract leaves open is a warning or a violation. */
export type Tolerance = 'tolerate' | 'violation';

export interface OrderOptions {
  /** Types that must arrive; default the three that need no tool (design.md §13.9). */
  readonly required?: readonly CriticalEventType[];
  /** Ids the events must carry when they carry any; an id that is not given is bound by the first event that has one. */
  readonly expected?: { readonly runId?: string; readonly threadId?: string; readonly userId?: string };
  /** A repeated `agent_started` of an agent that is open; default `tolerate`. */
  readonly duplicateStarted?: Tolerance;
  /** A repeated event id, which is a delivery retry (wire-contract.md §5.7); default `tolerate`: counted once. */
  readonly redelivery?: Tolerance;
  /** A run that ends in another terminal event than `agent_completed`; default `violation`. */
  readonly failedTerminal?: Tolerance;
  /** `flat`: every `agent_completed` ends the run, whoever it names; default `tree`. */
  readonly agents?: 'tree' | 'flat';
  /** Decrease of server timestamps that is not reported, default 0 ms. */
  readonly timestampToleranceMs?: number;
  /** Violations beyond this number are counted, not kept; default 1000. */
  readonly maxViolations?: number;
}

export const DEFAULT_REQUIRED: readonly CriticalEventType[] = [
  'agent_started',
  'agent_thinking',
  'agent_completed',
];

/** What the verifier knows about the run so far. */
export interface OrderState {
  readonly events: number;
  readonly counts: EventTally;
  /** Repeated deliveries, counted once in `counts`. */
  readonly redeliveries: number;
  /** Events of another user or another conversation; not judged as part of this run. */
  readonly foreign: number;
  readonly duplicateStarted: number;
  readonly runId: string | null;
  readonly threadId: string | null;
  readonly userId: string | null;
  readonly terminal: { readonly type: AgentEventType; readonly index: number; readonly atMs: number } | null;
  readonly pairing: Pairing;
  readonly toolCalls: number;
  readonly openToolCalls: number;
  readonly agents: readonly AgentNode[];
  readonly ended: StreamEnd | null;
  /** Violations beyond the limit. */
  readonly suppressed: number;
}
