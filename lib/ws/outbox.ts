import type { Socket } from 'node:net';

/** Outboxes with frames of this iteration of the event loop, in the order of their first. */
let waiting: Outbox[] = [];

function flushAll(): void {
  const outboxes = waiting;
  waiting = [];
  for (const outbox of outboxes) outbox.flush();
}

/**
 * Holds the messages for one socket until the messages read in this iteration of the event loop are handled. Under load,
 * answers to a hundred peers then leave back to back, and a peer that sleeps between them is woken once: a third of all
 * time in the kernel was that. With one connection at work the wait is that for the next phase of the loop.
 */
export class Outbox {
  readonly #socket: Socket;
  #frames: Buffer[] = [];

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  push(frame: Buffer): void {
    if (this.#frames.push(frame) > 1) return;
    if (waiting.push(this) === 1) setImmediate(flushAll);
  }

  /** Writes what is held now; what is written to the socket past the outbox must come after this. */
  flush(): void {
    const [only, ...more] = this.#frames;
    if (only === undefined) return;
    this.#frames = [];
    if (this.#socket.writable) this.#socket.write(more.length === 0 ? only : Buffer.concat([only, ...more]));
  }
}
