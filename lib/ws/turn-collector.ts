import { finalResponseOf } from '../contract/event-content.ts';
import { createEventOrder, type EventOrder } from '../contract/event-order.ts';
import { createEventTiming, type EventTiming } from '../contract/event-timing.ts';
import { checkEventShape, type CanonicalEvent, type Dialect } from '../contract/event.ts';
import { CRITICAL_EVENT_TYPES, type CriticalEventType } from '../contract/event-type.ts';
import { checkFrame } from '../contract/frame-check.ts';
import { violation, type Violation } from '../contract/violation.ts';
import type { CloseFacts, TurnEnd } from '../evidence/evidence.ts';
import type { Abortable } from './abort-watch.ts';
import type { Connection, ReceivedMessage } from './connection.ts';
import type { ChatTurn, ChatTurnOptions, ForeignEvent } from './turn.ts';
import { TurnRun } from './turn-run.ts';

const DEFAULT_GRACE_MS = 100;
const DEFAULT_MAX_EVENTS = 2_000;
/** Violations of single messages that are kept; a hostile stream must not fill the record. */
const MAX_MESSAGE_VIOLATIONS = 1_000;
const MAX_REMARKS = 20;

/**
 * Copied for each turn: an array literal that survives some collections is from then on made in the old generation, where
 * it keeps the events of dead turns alive until a major collection (measured on Node 20: a fifth of all time).
 */
const NO_EVENTS: readonly CanonicalEvent[] = [];
const NO_TIMES: readonly number[] = [];

/** Collects and judges the events of one turn as they arrive. */
export class TurnCollector implements Abortable {
  /** Called once, when the wait is over. */
  onEnd: ((ended: TurnEnd) => void) | null = null;
  readonly #connection: Connection;
  readonly #dialect: Dialect;
  readonly #graceMs: number;
  readonly #maxEvents: number;
  readonly #run: TurnRun;
  readonly #order: EventOrder;
  readonly #timing: EventTiming;
  readonly #sentAtMs: number;
  readonly #events: CanonicalEvent[] = NO_EVENTS.slice();
  readonly #eventsAtMs: number[] = NO_TIMES.slice();
  readonly #foreign: ForeignEvent[] = [];
  readonly #found: Violation[] = [];
  /** What single messages gave reason to remark; breaks no promise. */
  readonly #noted: Violation[] = [];
  /** User ids other than the subject's that were seen on our own run; few, and nearly always none. */
  readonly #otherUsers: string[] = [];
  #lastAtMs: number;
  #threadId: string | null = null;
  #graceTimer: NodeJS.Timeout | undefined;
  #ended: TurnEnd | null = null;
  #endedAtMs = 0;
  #closed: CloseFacts | null = null;
  #detach: (() => void) | null = null;

  constructor(connection: Connection, options: ChatTurnOptions, runId: string) {
    this.#connection = connection;
    this.#dialect = options.dialect ?? 'canonical';
    this.#graceMs = options.graceMs ?? DEFAULT_GRACE_MS;
    this.#maxEvents = options.maxEvents ?? DEFAULT_MAX_EVENTS;
    this.#sentAtMs = connection.recorder.now();
    this.#lastAtMs = this.#sentAtMs;
    const threadId = options.threadId ?? null;
    this.#run = new TurnRun(connection, runId, threadId);
    const required = options.required ?? (options.requireTools ? CRITICAL_EVENT_TYPES : WITHOUT_TOOLS);
    this.#order = createEventOrder(threadId === null ? { required } : { required, expected: { threadId } });
    this.#timing = createEventTiming({
      sentAtMs: this.#sentAtMs,
      budgets: options.budgets,
      timeScale: options.timeScale,
      floorMs: options.budgetFloorMs,
    });
  }

  /** The signal of the turn aborted. */
  abort(): void {
    this.finish('deadline');
  }

  attach(): void {
    this.#detach = this.#connection.attach(
      (message) => this.#take(message),
      (facts) => {
        this.#closed = facts;
        this.finish(this.#connection.limitReached === null ? 'closed' : 'limit');
      },
    );
  }

  detach(): void {
    clearTimeout(this.#graceTimer);
    this.#run.end();
    this.#detach?.();
  }

  /** How long the turn has taken so far, and how long ago its last event came. */
  waited(): { readonly elapsedMs: number; readonly silentMs: number } {
    const now = this.#connection.recorder.now();
    return { elapsedMs: now - this.#sentAtMs, silentMs: now - this.#lastAtMs };
  }

  /** Ends the turn; the first end counts, and a run that has its terminal event ended with that. */
  finish(ended: TurnEnd): void {
    if (this.#ended !== null) return;
    this.#ended = this.#order.isTerminated ? 'terminal' : ended;
    this.#endedAtMs = this.#connection.recorder.now();
    this.onEnd?.(this.#ended);
  }

  /** Judges what came and records the turn; call it once, after the end. */
  result(): ChatTurn {
    const ended = this.#ended ?? 'deadline';
    this.#order.end(ended);
    const timing = this.#timing.finish(this.#endedAtMs, this.#order.isTerminated);
    if (this.#run.isRenamed && this.#dialect === 'canonical') {
      const said = { expected: 'the run id that we sent', actual: 'another one' };
      this.#find(violation('ORD-WRONG-RUN', { ...said, where: 'events of the turn' }));
    }
    const violations = joined(this.#found, this.#order.violations(), timing.violations);
    const warnings = joined(this.#noted, this.#order.warnings(), timing.warnings).map(asWarning);
    if (this.#run.isRenamed && this.#dialect === 'tolerant') {
      warnings.push('the target gave the run an id of its own');
    }
    const { recorder, facts } = this.#connection;
    const isClean = ended === 'terminal' && violations.length === 0 && warnings.length === 0;
    const { firstEventMs, maxGapMs, totalMs } = timing;
    const runId = this.#run.id;
    const threadId = this.#threadId;
    // Under load the digest of the connection stands for the turns that went well.
    const evidence =
      facts.ledger === 'digest' && isClean
        ? facts.evidence
        : recorder.record({
            kind: 'chat.turn',
            connection: facts.id,
            subject: facts.subject,
            runId,
            threadId,
            ended,
            eventTypes: countBy(this.#events, (event) => event.type),
            variants: countBy(this.#events, (event) => event.variant),
            firstEventMs: recordedMs(firstEventMs),
            maxGapMs: recordedMs(maxGapMs),
            totalMs: recordedMs(totalMs),
            violations,
            warnings,
          });
    const last = this.#events.findLast((event) => event.type === 'agent_completed');
    // Written out: a spread of this object costs more than all checks of a turn.
    return {
      ended,
      events: this.#events,
      sentAtMs: this.#sentAtMs,
      eventsAtMs: this.#eventsAtMs,
      foreign: this.#foreign,
      violations,
      warnings,
      firstEventMs,
      maxGapMs,
      totalMs,
      runId,
      threadId,
      finalText: last === undefined ? null : finalResponseOf(last),
      closed: this.#closed,
      evidence,
    };
  }

  #take(message: ReceivedMessage): boolean {
    if (this.#ended !== null) return false;
    const { frame } = message;
    switch (frame.kind) {
      case 'agent-event':
        return this.#takeEvent(frame.event, message);
      case 'error':
        this.#find(
          violation('EVT-ERROR-FRAME', {
            expected: 'agent events',
            actual: `error frame ${errorCode(frame.error.code)}`,
            where: `message ${message.seq}`,
            ...evidenceOf(message),
          }),
        );
        return true;
      case 'malformed':
        for (const found of checkFrame(frame, { dialect: this.#dialect })) {
          this.#find({ ...found, where: `message ${message.seq}`, ...evidenceOf(message) });
        }
        return true;
      case 'unknown':
        // A newer target may say more than the contract knows: a remark, and none per message without end.
        if (this.#noted.length < MAX_REMARKS) {
          for (const found of checkFrame(frame, { dialect: this.#dialect })) {
            this.#noted.push({ ...found, where: `message ${message.seq}`, ...evidenceOf(message) });
          }
        }
        return true;
      case 'liveness':
      case 'other':
        return true;
      case 'welcome':
      case 'handshake':
        // Part of the session, not of the turn: whoever handles the session finds it in the inbox.
        return false;
    }
  }

  #takeEvent(event: CanonicalEvent, message: ReceivedMessage): boolean {
    const owner = this.#run.ownerOf(event);
    switch (owner) {
      case 'sibling':
        return false;
      case 'own':
        this.#takeOwn(event, message);
        return true;
      case 'earlier-run':
      case 'other-user':
      case 'other-thread':
        this.#takeForeign(event, message, owner);
        return true;
    }
  }

  #takeOwn(event: CanonicalEvent, message: ReceivedMessage): void {
    const index = this.#events.length;
    const { atMs } = message;
    this.#events.push(event);
    this.#eventsAtMs.push(atMs - this.#sentAtMs);
    this.#lastAtMs = atMs;
    this.#threadId ??= event.threadId;
    for (const found of checkEventShape(event, { dialect: this.#dialect, eventIndex: index }))
      this.#find(found);
    this.#checkUser(event, index, message);
    this.#order.accept(event, index, atMs);
    const wasTerminated = this.#graceTimer !== undefined;
    if (!this.#order.isTerminated) {
      this.#timing.accept(index, atMs);
    } else if (!wasTerminated) {
      this.#timing.accept(index, atMs);
      if (this.#graceMs === 0) this.finish('terminal');
      else this.#graceTimer = setTimeout(() => this.finish('terminal'), this.#graceMs);
    }
    if (this.#events.length >= this.#maxEvents) this.finish('limit');
  }

  #takeForeign(event: CanonicalEvent, message: ReceivedMessage, why: ForeignEvent['why']): void {
    if (this.#foreign.length < this.#maxEvents) {
      this.#foreign.push({ event, atMs: message.atMs, why, evidence: message.evidence });
    }
    const where = `message ${message.seq}`;
    this.#find(
      why === 'earlier-run'
        ? violation('ORD-EVENT-AFTER-TERMINAL', {
            expected: 'nothing of a run that has ended',
            actual: `${event.type} of an earlier run`,
            where,
            ...evidenceOf(message),
          })
        : violation('ISO-FOREIGN-EVENT', {
            expected: `events of the connection's own user and thread`,
            actual: `${event.type} of another ${why === 'other-user' ? 'user' : 'thread'}`,
            where,
            ...evidenceOf(message),
          }),
    );
  }

  /** The run is ours, so a wrong user id is a wrong identity and not another user's event; one finding per id. */
  #checkUser(event: CanonicalEvent, index: number, message: ReceivedMessage): void {
    const { subject } = this.#connection.facts;
    const { userId } = event;
    if (userId === null || subject === null || userId === subject || userId === event.threadId) return;
    if (this.#otherUsers.includes(userId)) return;
    this.#otherUsers.push(userId);
    this.#find(
      violation('ISO-SHARED-IDENTITY', {
        expected: 'the subject of our token as user_id',
        actual: 'another user id on our own run',
        where: event.type,
        eventIndex: index,
        ...evidenceOf(message),
      }),
    );
  }

  #find(found: Violation): void {
    if (this.#found.length < MAX_MESSAGE_VIOLATIONS) this.#found.push(found);
  }
}

const WITHOUT_TOOLS: readonly CriticalEventType[] = CRITICAL_EVENT_TYPES.filter(
  (type) => type !== 'tool_executing' && type !== 'tool_completed',
);

function evidenceOf(message: ReceivedMessage): { readonly evidence?: readonly string[] } {
  return message.evidence === null ? {} : { evidence: [message.evidence] };
}

/** An error code is the target's text: only one that looks like a code is repeated. */
function errorCode(code: string | null): string {
  return code !== null && /^[A-Za-z0-9_.-]{1,64}$/.test(code) ? code : 'without a readable code';
}

/** Joins lists that are nearly always empty. */
function joined(...lists: readonly (readonly Violation[])[]): Violation[] {
  const all: Violation[] = [];
  for (const list of lists) if (list.length > 0) all.push(...list);
  return all;
}

/** A duration as it stands in a record: to the microsecond, what is behind it is noise of the clock. */
function recordedMs<Value extends number | null>(ms: Value): Value | number {
  return ms === null ? ms : Math.round(ms * 1_000) / 1_000;
}

function asWarning(found: Violation): string {
  return `${found.rule}: expected ${found.expected}, got ${found.actual} (${found.where})`;
}

function countBy(
  events: readonly CanonicalEvent[],
  key: (event: CanonicalEvent) => string,
): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const event of events) counts[key(event)] = (counts[key(event)] ?? 0) + 1;
  return counts;
}
