import type { Clock } from '../foundation/clock.ts';
import { systemClock } from '../foundation/clock.ts';
import { ClientMessageType, CRITICAL_EVENT_TYPES, SessionFrameType } from '../contract/event-type.ts';
import type { Evidence, EvidenceBody } from './evidence.ts';

/** Takes observations; clients know only this. */
export interface Recorder {
  /** Records one observation and returns the id of its evidence. */
  record(body: EvidenceBody): string;
  /** Monotonic milliseconds, the clock of every duration in the records. */
  now(): number;
}

/** Receives whole lines (each ends with a newline) in the order in which they were recorded. */
export type LedgerSink = (lines: string) => void;

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
 * become text at once, because held objects would survive into the old generation.
 */
export class Ledger {
  readonly #options: LedgerOptions;
  readonly #clock: Clock;
  readonly #flushAt: number;
  readonly #offsetMs: number;
  readonly #startedAtWallMs: number;
  #pending: (Evidence | string)[] = [];
  readonly #ownIds = new Set<string>();
  #next = 1;
  #timer: NodeJS.Timeout | undefined;
  #failure: unknown = null;
  #lastWallMs = Number.NaN;
  #lastWallTime = '';
  #wallTimeText = '';
  #lastElapsedMs = Number.NaN;
  #elapsedText = '';

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#flushAt = options.flushAt ?? 256;
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

  /** Milliseconds since the run started. */
  elapsedMs(): number {
    return Math.round(Math.max(0, this.#clock.now() + this.#offsetMs) * 1_000) / 1_000;
  }

  /** @internal Called by recorders. */
  add(check: string | null, body: EvidenceBody): Evidence {
    const atMs = this.elapsedMs();
    const evidence: Evidence = {
      id: `${this.#options.writer}-${this.#next}`,
      check,
      atMs,
      wallTime: this.#wallTime(this.#startedAtWallMs + atMs),
      body,
    };
    this.#next += 1;
    this.#pending.push(this.#plainLine(evidence) ?? evidence);
    if (this.#pending.length >= this.#flushAt) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), 20).unref();
    return evidence;
  }

  /** The same millisecond gives the same text: records come in bursts. */
  #wallTime(ms: number): string {
    const whole = Math.floor(ms);
    if (whole !== this.#lastWallMs) {
      this.#lastWallMs = whole;
      this.#lastWallTime = new Date(whole).toISOString();
      this.#wallTimeText = `,"wallTime":"${this.#lastWallTime}","body":{"kind":"`;
    }
    return this.#lastWallTime;
  }

  /** The line of a frequent record without going through JSON; null for any other record. */
  #plainLine({ id, check, atMs, body }: Evidence): string | null {
    if (body.kind !== 'ws.message' && body.kind !== 'chat.turn') return null;
    if (!this.#isOwn(body.connection) || (check !== null && !this.#isOwn(check))) return null;
    const text = body.kind === 'ws.message' ? messageText(body) : this.#turnText(body);
    if (text === null) return null;
    const start = check === null ? `{"id":"${id}","check":null` : `{"id":"${id}","check":"${check}"`;
    return `${start}${this.#atMsText(atMs)}${this.#wallTimeText}${body.kind}","connection":"${body.connection}",${text}`;
  }

  /** A time with at most three decimals as JSON: whole milliseconds repeat, and a fraction of one is one of a thousand. */
  #atMsText(atMs: number): string {
    const whole = Math.floor(atMs);
    if (whole !== this.#lastElapsedMs) {
      this.#lastElapsedMs = whole;
      this.#elapsedText = `,"atMs":${whole}`;
    }
    return this.#elapsedText + (FRACTIONS[Math.round((atMs - whole) * 1_000)] ?? '');
  }

  /** Serialises the record of a clean turn. Its ids are the target's text and go through redaction; the rest is ours. */
  #turnText(body: BodyOf<'chat.turn'>): string | null {
    if (body.violations.length > 0 || body.warnings.length > 0) return null;
    const subject = this.#idText(body.subject);
    const runId = this.#idText(body.runId);
    const threadId = this.#idText(body.threadId);
    if (subject === null || runId === null || threadId === null) return null;
    return (
      `"subject":${subject},"runId":${runId},"threadId":${threadId},"ended":"${body.ended}",` +
      `"eventTypes":${JSON.stringify(body.eventTypes)},"variants":${JSON.stringify(body.variants)},` +
      `"firstEventMs":${body.firstEventMs},"maxGapMs":${body.maxGapMs},"totalMs":${body.totalMs},` +
      `"violations":[],"warnings":[]}}\n`
    );
  }

  /** An id as JSON, free of secrets; null when it would need escaping. */
  #idText(id: string | null): string | null {
    if (id === null) return 'null';
    if (!UNESCAPED.test(id)) return null;
    const clean = this.#options.redact(id);
    return UNESCAPED.test(clean) ? `"${clean}"` : null;
  }

  /** Ids repeat with every message, so each is looked at once. */
  #isOwn(id: string): boolean {
    if (this.#ownIds.has(id)) return true;
    if (!OWN_ID.test(id)) return false;
    if (this.#ownIds.size >= MAX_OWN_IDS) this.#ownIds.clear();
    this.#ownIds.add(id);
    return true;
  }

  /** Writes what is pending. A sink that fails is remembered, not thrown: the check goes on, the run is void. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const records = this.#pending;
    if (records.length === 0) return;
    this.#pending = [];
    let lines = '';
    for (const record of records) {
      lines += typeof record === 'string' ? record : `${this.#options.redact(JSON.stringify(record))}\n`;
    }
    try {
      this.#options.sink(lines);
    } catch (error) {
      this.#failure ??= error;
    }
  }
}

/** Type names that hold no secret, because they are those of the contract. */
const PUBLIC_TYPES: ReadonlySet<string> = new Set([
  ...CRITICAL_EVENT_TYPES,
  ...Object.values(SessionFrameType),
  ...Object.values(ClientMessageType),
]);
/** Check ids and connection ids are ours; the pattern only guards against one that would need escaping. */
const OWN_ID = /^[A-Za-z0-9-]{1,40}$/;
/** `.001` to `.999` without trailing zeros, by thousandths. */
const FRACTIONS: readonly string[] = Array.from({ length: 1_000 }, (_, at) => String(at / 1_000).slice(1));
/** Ids remembered as checked. */
const MAX_OWN_IDS = 20_000;
/** A text that stands in JSON as it is. */
const UNESCAPED = /^[\w .:@/[\]-]{1,200}$/;

type BodyOf<Kind extends EvidenceBody['kind']> = Extract<EvidenceBody, { readonly kind: Kind }>;

/**
 * Serialises a message record without a sample, which is nearly all of a load run: numbers, our own ids and a type name
 * of the contract, so there is nothing to redact. Null for any other record.
 */
function messageText(body: BodyOf<'ws.message'>): string | null {
  if (body.sample !== null || body.type === null) return null;
  if (!PUBLIC_TYPES.has(body.type)) return null;
  return (
    `"direction":"${body.direction}","seq":${body.seq},"bytes":${body.bytes},` +
    `"binary":${body.binary},"type":"${body.type}","sample":null}}\n`
  );
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

  record(body: EvidenceBody): string {
    const evidence = this.#ledger.add(this.#check, body);
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
