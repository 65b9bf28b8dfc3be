import { AgentTree } from './agent-tree.ts';
import { DeliveryLog } from './delivery-log.ts';
import { emptyTally, endsAgent } from './event-tally.ts';
import type { CanonicalEvent } from './event.ts';
import { missingEvents, orphanedCompletion, unpairedStart } from './missing-event.ts';
import { DEFAULT_REQUIRED, type OrderOptions, type OrderState, type StreamEnd } from './order-options.ts';
import { ToolPairing } from './tool-pairing.ts';
import { TurnIdentity } from './turn-identity.ts';
import { ViolationLog } from './violation-log.ts';
import { violation, type Violation } from './violation.ts';

const DEFAULT_MAX_VIOLATIONS = 1_000;

/** Creates a verifier for the events of one turn. */
export function createEventOrder(options: OrderOptions = {}): EventOrder {
  return new EventOrder(options);
}

/**
 * Judges the order of the events of one turn, one event at a time (wire-contract.md §5.5, design.md §7): finds every
 * violation, never throws on what the target sent, and reads no clock.
 */
export class EventOrder {
  readonly #options: OrderOptions;
  readonly #log: ViolationLog;
  readonly #identity: TurnIdentity;
  readonly #deliveries = new DeliveryLog();
  readonly #agents = new AgentTree();
  readonly #tools = new ToolPairing();
  readonly #counts = emptyTally();
  readonly #toleranceMs: number;
  #lastTimestampMs = Number.NEGATIVE_INFINITY;
  #events = 0;
  #counted = 0;
  #redeliveries = 0;
  #foreign = 0;
  #duplicateStarted = 0;
  #terminal: { readonly event: CanonicalEvent; readonly index: number; readonly atMs: number } | null = null;
  #ended: StreamEnd | null = null;

  constructor(options: OrderOptions = {}) {
    this.#options = options;
    this.#log = new ViolationLog(options.maxViolations ?? DEFAULT_MAX_VIOLATIONS);
    this.#identity = new TurnIdentity(options.expected, this.#log);
    this.#toleranceMs = options.timestampToleranceMs ?? 0;
  }

  /** True once the terminal event of the run has come. */
  get isTerminated(): boolean {
    return this.#terminal !== null;
  }

  /** Takes the next event; `index` is its place in the stream, `atMs` the monotonic time of receipt. */
  accept(event: CanonicalEvent, index: number, atMs: number): void {
    this.#events += 1;
    if (!this.#identity.owns(event, index)) {
      this.#foreign += 1;
      return;
    }
    const delivery = this.#deliveries.record(event);
    if (delivery === 'again') {
      this.#redeliver(event, index);
      return;
    }
    if (delivery === 'reused') {
      this.#log.report('ORD-EVENT-ID-REUSED', 'a new event id', 'the id of another event', event, index);
    }
    this.#checkTimestamp(event, index);
    this.#counted += 1;
    this.#counts[event.type] += 1;
    if (this.#counted === 1 && event.type !== 'agent_started') {
      this.#log.report('ORD-STARTED-NOT-FIRST', 'agent_started first', `${event.type} first`, event, index);
    }
    this.#step(event, index, atMs);
  }

  /** States how the stream ended; only after this are missing events and unpaired calls judged. */
  end(ended: StreamEnd): void {
    this.#ended ??= ended;
  }

  /** Every violation so far by event index; those about what never came are last, and only there after `end`. */
  violations(): readonly Violation[] {
    const all = [...this.#log.violations, ...this.#tools.orphans().map(orphanedCompletion)];
    if (this.#ended !== null) {
      all.push(...this.#tools.unpaired().map(unpairedStart));
      all.push(
        ...missingEvents({
          ended: this.#ended,
          events: this.#events,
          isTerminated: this.isTerminated,
          counts: this.#counts,
          required: this.#options.required ?? DEFAULT_REQUIRED,
        }),
      );
    }
    return all.sort((left, right) => indexOf(left) - indexOf(right));
  }

  /** What is worth a remark but breaks no promise under the options. */
  warnings(): readonly Violation[] {
    if (this.#ended === null) return [...this.#log.warnings];
    const unclosed = this.#agents.unclosedSubAgents().map((node) =>
      violation('ORD-AGENT-UNCLOSED', {
        expected: 'the end of every sub-agent',
        actual: 'a start only',
        where: node.name ?? 'sub-agent without a name',
        eventIndex: node.startedAt,
      }),
    );
    return [...this.#log.warnings, ...unclosed];
  }

  /** A snapshot for reports; allocates, so it is not for the hot path. */
  state(): OrderState {
    const terminal = this.#terminal;
    return {
      events: this.#events,
      counts: { ...this.#counts },
      redeliveries: this.#redeliveries,
      foreign: this.#foreign,
      duplicateStarted: this.#duplicateStarted,
      runId: this.#identity.runId,
      threadId: this.#identity.threadId,
      userId: this.#identity.userId,
      terminal:
        terminal === null ? null : { type: terminal.event.type, index: terminal.index, atMs: terminal.atMs },
      pairing: this.#tools.pairing,
      toolCalls: this.#tools.calls,
      openToolCalls: this.#tools.unpaired().length,
      agents: this.#agents.nodes(),
      ended: this.#ended,
      suppressed: this.#log.suppressed,
    };
  }

  #redeliver(event: CanonicalEvent, index: number): void {
    this.#redeliveries += 1;
    const { redelivery } = this.#options;
    if (redelivery === 'violation' && endsAgent(event.type)) {
      this.#log.report('ORD-TERMINAL-DUPLICATE', 'one terminal event', 'the same one again', event, index);
    } else {
      this.#log.judge(
        redelivery,
        'ORD-DUPLICATE-DELIVERY',
        'one delivery',
        'the same event again',
        event,
        index,
      );
    }
  }

  #checkTimestamp(event: CanonicalEvent, index: number): void {
    const timestampMs = event.timestampMs;
    if (timestampMs === null) return;
    if (timestampMs + this.#toleranceMs < this.#lastTimestampMs) {
      const actual = `${Math.round(this.#lastTimestampMs - timestampMs)} ms before it`;
      this.#log.report('ORD-TIMESTAMP-BACK', 'a timestamp not before the last', actual, event, index);
    }
    this.#lastTimestampMs = timestampMs;
  }

  #step(event: CanonicalEvent, index: number, atMs: number): void {
    const terminal = this.#terminal;
    if (terminal !== null && !endsAgent(event.type)) this.#reportAfter(terminal.event, event, index);
    switch (event.type) {
      case 'agent_started':
        if (!this.#agents.start(this.#agentOf(event), index)) {
          this.#duplicateStarted += 1;
          const tolerance = this.#options.duplicateStarted;
          this.#log.judge(tolerance, 'ORD-STARTED-DUPLICATE', 'one start', 'another start', event, index);
        }
        return;
      case 'agent_thinking':
        return;
      case 'tool_executing':
        this.#startTool(event, index);
        return;
      case 'tool_completed':
        this.#completeTool(event, index);
        return;
      case 'subagent_started':
        this.#agents.open(event.agentName, index);
        return;
      case 'subagent_completed':
        if (!this.#agents.endSubAgent(event.agentName, index)) {
          this.#log.warn('ORD-AGENT-UNKNOWN', 'a start before', 'a completion only', event, index);
        }
        return;
      case 'agent_completed':
      case 'agent_failed':
      case 'agent_error':
      case 'agent_death':
      case 'agent_stopped':
        this.#endAgent(event, index, atMs);
        return;
    }
  }

  #startTool(event: CanonicalEvent, index: number): void {
    const finding = this.#tools.start(event, index);
    if (finding.kind === 'reused') {
      this.#log.report('ORD-TOOL-CALL-REUSED', 'a new call id', 'the id of another call', event, index);
    } else if (finding.kind === 'swapped') {
      const actual = `tool_completed at event ${finding.completion.index}`;
      this.#log.report('ORD-TOOL-SWAPPED', 'tool_executing before its tool_completed', actual, event, index);
    }
  }

  #completeTool(event: CanonicalEvent, index: number): void {
    const finding = this.#tools.complete(event, index);
    if (finding.kind === 'reused') {
      this.#log.report(
        'ORD-TOOL-CALL-REUSED',
        'one completion per call',
        'a second completion',
        event,
        index,
      );
      return;
    }
    if (finding.kind !== 'paired') return;
    if (finding.nameDiffers) {
      const expected = `tool ${finding.start.toolName} of the same call`;
      this.#log.report('ORD-TOOL-NAME-DIFFERS', expected, `tool ${event.toolName}`, event, index);
    }
    if (finding.idOnOneSide) {
      this.#log.warn('ORD-TOOL-ID-PARTIAL', 'the call id on both events', 'on one only', event, index);
    }
  }

  #endAgent(event: CanonicalEvent, index: number, atMs: number): void {
    const end = this.#agents.end(this.#agentOf(event), index);
    const terminal = this.#terminal;
    if (end === 'sub-agent') {
      if (terminal !== null) this.#reportAfter(terminal.event, event, index);
      return;
    }
    if (end === 'sub-agent-again') {
      this.#log.report('ORD-TERMINAL-DUPLICATE', 'one end per agent', 'a second end', event, index);
      return;
    }
    if (end === 'unknown-agent') {
      this.#log.warn('ORD-AGENT-UNKNOWN', 'an agent that started', 'another name', event, index);
    }
    if (terminal !== null) {
      // A synonym beside the canonical name is a second name for one end (wire-contract.md §5.2), not a second end.
      const isSynonym = terminal.event.type === event.type && terminal.event.wireType !== event.wireType;
      const tolerance = isSynonym ? 'tolerate' : 'violation';
      this.#log.judge(
        tolerance,
        'ORD-TERMINAL-DUPLICATE',
        'one terminal event',
        'a second one',
        event,
        index,
      );
      return;
    }
    this.#terminal = { event, index, atMs };
    if (event.type !== 'agent_completed') {
      const tolerance = this.#options.failedTerminal ?? 'violation';
      this.#log.judge(tolerance, 'EVT-AGENT-FAILED', 'agent_completed', event.type, event, index);
    }
  }

  #reportAfter(terminal: CanonicalEvent, event: CanonicalEvent, index: number): void {
    this.#log.report('ORD-EVENT-AFTER-TERMINAL', `nothing after ${terminal.type}`, event.type, event, index);
  }

  #agentOf(event: CanonicalEvent): string | null {
    return this.#options.agents === 'flat' ? null : event.agentName;
  }
}

function indexOf(found: Violation): number {
  return found.eventIndex ?? Number.POSITIVE_INFINITY;
}
