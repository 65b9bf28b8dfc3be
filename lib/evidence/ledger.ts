import type { Clock } from '../foundation/clock.ts';
import { systemClock } from '../foundation/clock.ts';
import type { Evidence, EvidenceBody } from './evidence.ts';
import { FrequentRecords } from './frequent-record.ts';
import { LineBuffer } from './line-buffer.ts';

/** Takes observations; clients know only this. */
export interface Recorder {
  /** Records one observation and returns the id of its evidence. @param atMs when it was made, on this recorder's clock. Default: now. */
  record(body: EvidenceBody, atMs?: number): string;
  /** Monotonic milliseconds, the clock of every duration in the records. */
  now(): number;
}

/** Receives whole lines (each ends with a newline) as UTF-8, in the order in which they were recorded; they are valid during the call only. */
export type LedgerSink = (lines: Buffer) => void;

interface LedgerOptions {
  /** Short name of the process that writes, the first part of every evidence id. */
  readonly writer: string;
  readonly sink: LedgerSink;
  /** Removes secrets from a line; the last net under structural redaction. */
  readonly redact: (line: string) => string;
  /** Wall time at which the run started, so that `atMs` of all writers shares an origin. */
  readonly runStartedAt: Date;
  readonly clock?: Clock;
  /** Records held before they are written. Default 256. */
  readonly flushAt?: number;
}

/**
 * Append-only record of one process. Records are serialised when flushed, so recording stays cheap; those of a load run
 * become bytes at once, because held objects would survive into the old generation.
 */
export class Ledger {
  readonly #options: LedgerOptions;
  readonly #clock: Clock;
  readonly #flushAt: number;
  readonly #offsetMs: number;
  readonly #startedAtWallMs: number;
  readonly #lines = new LineBuffer();
  readonly #frequent: FrequentRecords;
  /** Records that are no bytes yet, and where in `#lines` each belongs. */
  #waiting: { readonly evidence: Evidence; readonly at: number }[] = [];
  #pending = 0;
  #next = 1;
  #timer: NodeJS.Timeout | undefined;
  #failure: unknown = null;
  #lastWallMs = Number.NaN;
  #lastWallTime = '';

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#flushAt = options.flushAt ?? 256;
    this.#frequent = new FrequentRecords(this.#lines, options.writer, options.redact);
    this.#startedAtWallMs = options.runStartedAt.getTime();
    this.#offsetMs = this.#clock.wallTime().getTime() - this.#startedAtWallMs - this.#clock.now();
  }

  /** The first error of the sink, or null: what could not be written is missing evidence, and the run must say so. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Returns a recorder for one check, or for the run itself when `check` is null. */
  recorder(check: string | null): CheckRecorder {
    return new CheckRecorder(this, check);
  }

  now(): number {
    return this.#clock.now();
  }

  /** Wall time in epoch milliseconds. */
  wallMs(): number {
    return this.#clock.wallTime().getTime();
  }

  /** Milliseconds since the run started. @param atMs on the clock of the ledger. Default: now. */
  elapsedMs(atMs = this.#clock.now()): number {
    return Math.round(Math.max(0, atMs + this.#offsetMs) * 1_000) / 1_000;
  }

  /** @internal Called by recorders. */
  add(check: string | null, body: EvidenceBody, observedAtMs?: number): Evidence {
    const atMs = this.elapsedMs(observedAtMs);
    const evidence: Evidence = {
      id: `${this.#options.writer}-${this.#next}`,
      check,
      atMs,
      wallTime: this.#wallTime(this.#startedAtWallMs + atMs),
      body,
    };
    if (!this.#frequent.write(evidence, this.#next)) this.#waiting.push({ evidence, at: this.#lines.length });
    this.#next += 1;
    this.#pending += 1;
    if (this.#pending >= this.#flushAt) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), 20).unref();
    return evidence;
  }

  /** The same millisecond gives the same text: records come in bursts. */
  #wallTime(ms: number): string {
    const whole = Math.floor(ms);
    if (whole !== this.#lastWallMs) {
      this.#lastWallMs = whole;
      this.#lastWallTime = new Date(whole).toISOString();
    }
    return this.#lastWallTime;
  }

  /** Writes what is pending. A sink that fails is remembered, not thrown: the check goes on, the run is void. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending === 0) return;
    this.#pending = 0;
    const lines = this.#bytes();
    this.#lines.clear();
    this.#frequent.forget();
    try {
      this.#options.sink(lines);
    } catch (error) {
      this.#failure ??= error;
    }
  }

  #bytes(): Buffer {
    const lines = this.#lines;
    const waiting = this.#waiting;
    if (waiting.length === 0) return lines.view(0, lines.length);
    this.#waiting = [];
    const parts: Buffer[] = [];
    let from = 0;
    for (const { evidence, at } of waiting) {
      const line = `${this.#options.redact(JSON.stringify(evidence))}\n`;
      parts.push(lines.view(from, at), Buffer.from(line, 'utf8'));
      from = at;
    }
    parts.push(lines.view(from, lines.length));
    return Buffer.concat(parts);
  }
}

/** Records for one check and remembers what it saw, for the evidence floor. */
export class CheckRecorder implements Recorder {
  readonly #ledger: Ledger;
  readonly #check: string | null;
  readonly #seen: Evidence[] = [];

  constructor(ledger: Ledger, check: string | null) {
    this.#ledger = ledger;
    this.#check = check;
  }

  record(body: EvidenceBody, atMs?: number): string {
    const evidence = this.#ledger.add(this.#check, body, atMs);
    this.#seen.push(evidence);
    return evidence.id;
  }

  now(): number {
    return this.#ledger.now();
  }

  /** Everything this check recorded so far. */
  seen(): readonly Evidence[] {
    return this.#seen;
  }
}
