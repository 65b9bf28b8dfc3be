import type { Connection, ReceivedMessage } from '../ws/connection.ts';

/** Messages kept of one connection; a hostile stream must not fill the worker. */
const MAX_MESSAGES = 5_000;

/** Watches a connection: keeps every message, and leaves it to whoever waits for it. */
export class Received {
  readonly #messages: ReceivedMessage[] = [];

  constructor(connection: Connection) {
    connection.attach((message) => {
      if (this.#messages.length < MAX_MESSAGES) this.#messages.push(message);
      return false;
    });
  }

  /** All messages so far, in order. */
  get messages(): readonly ReceivedMessage[] {
    return this.#messages;
  }
}
