import type { CanonicalEvent } from './event.ts';
import type { OrderOptions } from './order-options.ts';
import type { ViolationLog } from './violation-log.ts';

/** The user, thread and run whose events are judged; what the options leave open is bound by the first event that says it. */
export class TurnIdentity {
  readonly #log: ViolationLog;
  #runId: string | null;
  #threadId: string | null;
  #userId: string | null;

  constructor(expected: OrderOptions['expected'], log: ViolationLog) {
    this.#log = log;
    this.#runId = expected?.runId ?? null;
    this.#threadId = expected?.threadId ?? null;
    this.#userId = expected?.userId ?? null;
  }

  get runId(): string | null {
    return this.#runId;
  }

  get threadId(): string | null {
    return this.#threadId;
  }

  get userId(): string | null {
    return this.#userId;
  }

  /** Reports every wrong id; false when the event belongs to another user or to another conversation. */
  owns(event: CanonicalEvent, index: number): boolean {
    this.#userId ??= event.userId;
    if (event.userId !== null && event.userId !== this.#userId) {
      this.#log.report('ISO-FOREIGN-EVENT', "the connection's user", 'another user', event, index);
      return false;
    }
    this.#runId ??= event.runId;
    this.#threadId ??= event.threadId;
    const isForeignRun = event.runId !== null && event.runId !== this.#runId;
    const isForeignThread = event.threadId !== null && event.threadId !== this.#threadId;
    if (isForeignRun) this.#log.report('ORD-WRONG-RUN', 'the run of the turn', 'another run', event, index);
    if (isForeignThread) {
      this.#log.report('ORD-WRONG-THREAD', 'the thread of the turn', 'another thread', event, index);
    }
    // One wrong id is a defect of this event; with both it is of another conversation and would distort this one.
    return !(isForeignRun && isForeignThread);
  }
}
