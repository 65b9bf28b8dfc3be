import { type PageData, WIRE_KINDS, type WireKind } from './page-data.ts';

/** One record of the wire, put together from its columns. */
export interface WireRecord {
  readonly index: number;
  readonly id: string;
  readonly check: string | null;
  readonly atMs: number;
  readonly kind: WireKind;
  readonly connection: string | null;
  readonly user: string | null;
  readonly line: string;
  readonly text: string | null;
  /** Whole length of what `text` may be a part of: bytes of a message, characters of anything else. */
  readonly size: number;
  readonly tookMs: number;
  readonly bad: boolean;
}

/** The evidence of a run; records are put together when they are asked for. */
export class Wire {
  readonly #data: PageData;
  readonly #records: (WireRecord | undefined)[] = [];
  readonly #userOf = new Map<number, number>();
  #ids: ReadonlyMap<string, number> | null = null;

  constructor(data: PageData) {
    this.#data = data;
    const { connection, user } = data.wire;
    // Only the opening handshake names the user; every later record of a connection is of the same one.
    connection.forEach((one, at) => {
      const known = user[at] ?? -1;
      if (one >= 0 && known >= 0 && !this.#userOf.has(one)) this.#userOf.set(one, known);
    });
  }

  get length(): number {
    return this.#data.wire.number.length;
  }

  get omitted(): number {
    return this.#data.wire.omitted;
  }

  record(index: number): WireRecord {
    return (this.#records[index] ??= this.#assemble(index));
  }

  all(): readonly WireRecord[] {
    return Array.from({ length: this.length }, (_, index) => this.record(index));
  }

  find(id: string): WireRecord | null {
    this.#ids ??= new Map(Array.from({ length: this.length }, (_, index) => [this.#idOf(index), index]));
    const index = this.#ids.get(id);
    return index === undefined ? null : this.record(index);
  }

  #idOf(index: number): string {
    const { wire } = this.#data;
    return `${wire.writers[wire.writer[index] ?? -1] ?? ''}${wire.number[index] ?? 0}`;
  }

  #assemble(index: number): WireRecord {
    const { wire, checks } = this.#data;
    const connection = wire.connection[index] ?? -1;
    const ownUser = wire.user[index] ?? -1;
    return {
      index,
      id: this.#idOf(index),
      check: checks[wire.check[index] ?? -1]?.id ?? null,
      atMs: (wire.at[index] ?? 0) / 10,
      kind: WIRE_KINDS[wire.kind[index] ?? -1] ?? 'note',
      connection: wire.connections[connection] ?? null,
      user: wire.users[ownUser >= 0 ? ownUser : (this.#userOf.get(connection) ?? -1)] ?? null,
      line: wire.strings[wire.line[index] ?? -1] ?? '',
      text: wire.strings[wire.text[index] ?? -1] ?? null,
      size: wire.size[index] ?? 0,
      tookMs: (wire.took[index] ?? 0) / 10,
      bad: wire.bad[index] === 1,
    };
  }
}

/** Milliseconds for people: three digits, seconds from ten of them on. */
export function duration(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  return ms >= 100 ? `${ms.toFixed(0)} ms` : `${Number(ms.toPrecision(3))} ms`;
}
