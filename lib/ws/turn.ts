import type { Budgets } from '../contract/budget.ts';
import type { CanonicalEvent, Dialect } from '../contract/event.ts';
import type { CriticalEventType } from '../contract/event-type.ts';
import type { Violation } from '../contract/violation.ts';
import type { CloseFacts, TurnEnd } from '../evidence/evidence.ts';

export interface ChatTurnOptions {
  readonly prompt: string;
  readonly threadId?: string | null;
  /** Our id for the run. Default: a random one. */
  readonly runId?: string;
  /** Whether the prompt demands tool events (design.md §13.9). */
  readonly requireTools: boolean;
  /** Multiplied by `timeScale`. Default `BUDGETS`. */
  readonly budgets?: Budgets;
  /** Factor on every budget. Default 1. */
  readonly timeScale?: number;
  /** No scaled budget falls below this. Default 0. */
  readonly budgetFloorMs?: number;
  /** Default `canonical`. */
  readonly dialect?: Dialect;
  /** Default: the five critical events, without the tool events unless `requireTools`. */
  readonly required?: readonly CriticalEventType[];
  /** Time after the terminal event in which late events are still caught. Default 100. */
  readonly graceMs?: number;
  /** Events kept of one turn; at this number the wait ends as `limit`. Default 2 000. */
  readonly maxEvents?: number;
  /** Extra fields of the start message's context, for example a canary. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** Extra members of the start message's payload, for example a user id that is not ours. */
  readonly extra?: Readonly<Record<string, unknown>>;
  /** The form of the start message (wire-contract.md §4.4, §12). Default `start_agent`. */
  readonly form?: 'start_agent' | 'user_message';
  /** Ends the wait from outside (the deadline of a check, an interrupt). */
  readonly signal: AbortSignal;
}

export interface ChatTurn {
  readonly ended: TurnEnd;
  /** Events of this run, in order of receipt. */
  readonly events: readonly CanonicalEvent[];
  /** When the start message was sent, on the recorder's clock. */
  readonly sentAtMs: number;
  /** Milliseconds from sending the start message to each event. */
  readonly eventsAtMs: readonly number[];
  /** Events that arrived on this connection meanwhile and belong to another user, thread or earlier run. */
  readonly foreign: readonly ForeignEvent[];
  readonly violations: readonly Violation[];
  readonly warnings: readonly string[];
  readonly firstEventMs: number | null;
  readonly maxGapMs: number | null;
  readonly totalMs: number;
  /** As the target named them; null when no event said. */
  readonly runId: string | null;
  readonly threadId: string | null;
  readonly finalText: string | null;
  /** Set when the connection ended during the turn. */
  readonly closed: CloseFacts | null;
  /** Id of the `chat.turn` record; under a digest ledger a clean turn has none and this is that of the handshake. */
  readonly evidence: string;
}

/** An event that arrived during a turn and belongs to somebody or something else. */
export interface ForeignEvent {
  readonly event: CanonicalEvent;
  /** On the recorder's clock. */
  readonly atMs: number;
  readonly why: 'other-user' | 'other-thread' | 'earlier-run';
  /** Id of the message's record; null under a digest ledger. */
  readonly evidence: string | null;
}
