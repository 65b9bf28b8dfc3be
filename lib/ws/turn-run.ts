import type { CanonicalEvent } from '../contract/event.ts';
import type { Connection } from './connection.ts';

/** Ended runs remembered per connection; older ones are forgotten. */
const MAX_ENDED_RUNS = 64;

/**
 * The runs of one connection: few at once, and looked at only when an event is not of the turn that asks. Arrays,
 * because a set with a turn-over per turn keeps its dead tables alive until a major collection.
 */
interface ConnectionRuns {
  readonly active: string[];
  /** A ring of the last ended runs. */
  readonly ended: string[];
  next: number;
}

const runsOf = new WeakMap<Connection, ConnectionRuns>();

/** To whom an event of this connection belongs, seen from one turn. */
export type EventOwner = 'own' | 'sibling' | 'earlier-run' | 'other-user' | 'other-thread';

/** The run of one turn on a connection: tells its events from those of other turns, other threads and other users. */
export class TurnRun {
  readonly #wanted: string;
  readonly #threadId: string | null;
  readonly #subject: string | null;
  readonly #runs: ConnectionRuns;
  #adopted: string | null = null;

  /** @param wanted the run id that we sent. @param threadId the thread we asked for, if any. */
  constructor(connection: Connection, wanted: string, threadId: string | null) {
    this.#wanted = wanted;
    this.#threadId = threadId;
    this.#subject = connection.facts.subject;
    let runs = runsOf.get(connection);
    if (runs === undefined) {
      runs = { active: [], ended: [], next: 0 };
      runsOf.set(connection, runs);
    }
    this.#runs = runs;
    runs.active.push(wanted);
  }

  /** The run id that the target uses for this turn; null while no event has said one. */
  get id(): string | null {
    return this.#adopted;
  }

  /** True when the target gave the run an id of its own. */
  get isRenamed(): boolean {
    return this.#adopted !== null && this.#adopted !== this.#wanted;
  }

  /** Judges an event by its ids. An event that no id tells apart is ours, so that the verifier judges it. */
  ownerOf(event: CanonicalEvent): EventOwner {
    const { runId, userId, threadId } = event;
    if (runId !== null) {
      if (runId === this.#wanted || runId === this.#adopted) return this.#adopt(runId);
      if (this.#runs.active.includes(runId)) return 'sibling';
      if (this.#runs.ended.includes(runId)) return 'earlier-run';
    }
    // One emitter copies the thread id into the user id (wire-contract.md §5.3): that is no other user.
    const isUserKnown = userId !== null && this.#subject !== null && userId !== threadId;
    if (isUserKnown && userId !== this.#subject) return 'other-user';
    const isThreadKnown = threadId !== null && this.#threadId !== null;
    if (isThreadKnown && threadId !== this.#threadId && !isUserKnown) return 'other-thread';
    return this.#adopt(runId);
  }

  /** Later events of this run are late from now on. */
  end(): void {
    this.#retire(this.#wanted);
    if (this.isRenamed && this.#adopted !== null) this.#retire(this.#adopted);
  }

  #adopt(runId: string | null): 'own' {
    if (this.#adopted === null && runId !== null) {
      this.#adopted = runId;
      if (runId !== this.#wanted) this.#runs.active.push(runId);
    }
    return 'own';
  }

  #retire(runId: string): void {
    const { active, ended, next } = this.#runs;
    const at = active.indexOf(runId);
    if (at >= 0) active.splice(at, 1);
    ended[next] = runId;
    this.#runs.next = (next + 1) % MAX_ENDED_RUNS;
  }
}
