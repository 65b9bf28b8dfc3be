import type { CanonicalEvent } from './event.ts';

/** Above this number of ids a map is cheaper than a linear search. */
const LINEAR_LIMIT = 24;

export type Delivery = 'first' | 'again' | 'reused';

/** Remembers event ids, to tell a repeated delivery from an id that names two events (wire-contract.md §5.7). */
export class DeliveryLog {
  readonly #ids: string[] = [];
  readonly #events: CanonicalEvent[] = [];
  #byId: Map<string, CanonicalEvent> | null = null;

  /** Records a delivery; an event without an id is always a first one. */
  record(event: CanonicalEvent): Delivery {
    const id = event.eventId;
    if (id === null) return 'first';
    const earlier = this.#find(id);
    if (earlier === undefined) {
      this.#add(id, event);
      return 'first';
    }
    const isSame =
      earlier.type === event.type &&
      earlier.toolName === event.toolName &&
      earlier.toolCallId === event.toolCallId;
    return isSame ? 'again' : 'reused';
  }

  #find(id: string): CanonicalEvent | undefined {
    if (this.#byId !== null) return this.#byId.get(id);
    const position = this.#ids.indexOf(id);
    return position === -1 ? undefined : this.#events[position];
  }

  #add(id: string, event: CanonicalEvent): void {
    if (this.#byId === null) {
      this.#ids.push(id);
      this.#events.push(event);
      if (this.#ids.length > LINEAR_LIMIT) {
        this.#byId = new Map(this.#ids.map((known, position) => [known, this.#events[position] ?? event]));
      }
      return;
    }
    this.#byId.set(id, event);
  }
}
