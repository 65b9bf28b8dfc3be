import { foldFrame, type Frame } from '../contract/envelope.ts';
import { isTooDeep } from '../contract/json-depth.ts';
import type { CloseFacts } from '../evidence/evidence.ts';
import type { Recorder } from '../evidence/ledger.ts';
import { raceSignal } from '../foundation/deadline.ts';
import { Inbox } from '../foundation/inbox.ts';
import type { SecretIndex } from '../foundation/redaction.ts';
import type { CanaryBook, HeardKind } from '../http/canary-book.ts';
import { findLeaks, type Leak } from '../http/leak.ts';
import { recordedText } from '../http/recorded-text.ts';
import { closeFactsOf, connectionClosed, connectionClosing, limitExceeded } from './connection-end.ts';
import type { ConnectionLimits, LimitReached } from './connection-limits.ts';
import type { Connection, ConnectionFacts, MessageSink, ReceivedMessage } from './connection.ts';
import { livenessReply } from './liveness-reply.ts';
import type { MessageLog } from './message-log.ts';
import { sessionTokenOf } from './session-token.ts';
import type { TransportClose, TransportHandle, WireMessage } from './transport.ts';

export interface RecordedConnectionOptions {
  readonly facts: ConnectionFacts;
  readonly recorder: Recorder;
  readonly limits: ConnectionLimits;
  readonly log: MessageLog;
  readonly secrets: SecretIndex;
  readonly leaks: readonly Leak[];
  readonly handle: TransportHandle;
  /** Is told what is written and what is received; null for a connection whose messages have no records. */
  readonly canaries: CanaryBook | null;
}

interface PendingPing {
  readonly resolve: (atMs: number) => void;
  readonly reject: (reason: unknown) => void;
}

/** An open connection over any transport: counts, bounds, records and delivers what comes. */
export class RecordedConnection implements Connection {
  readonly facts: ConnectionFacts;
  readonly recorder: Recorder;
  readonly closed: Promise<CloseFacts>;
  readonly #options: RecordedConnectionOptions;
  readonly #limits: ConnectionLimits;
  readonly #inbox: Inbox<ReceivedMessage>;
  /** Made with the first ping: most connections send none, and a map is the largest part of an idle one. */
  #pings: Map<string, PendingPing> | null = null;
  readonly #leaks: Leak[];
  // Arrays and not sets: a set that is added to and deleted from per turn chains its dead tables, and with them the
  // events of past turns, until a major collection.
  #endListeners: readonly ((facts: CloseFacts) => void)[] = [];
  #sinks: readonly MessageSink[] = [];
  #resolveClosed: (facts: CloseFacts) => void = () => {};
  #closeFacts: CloseFacts | null = null;
  #limitReached: LimitReached | null = null;
  #transportError: { readonly message: string; readonly code: string | null } | null = null;
  /** Number and time of the read that the last message came with. */
  #lastRead = 0;
  #lastReadAtMs = 0;
  #messagesIn = 0;
  #messagesOut = 0;
  #bytesIn = 0;
  #bytesOut = 0;
  #controlFrames = 0;
  #controlFramesSinceMs = 0;
  #nextPing = 1;
  #firstSentAtMs: number | null = null;

  constructor(options: RecordedConnectionOptions) {
    this.#options = options;
    this.facts = options.facts;
    this.recorder = options.recorder;
    this.#limits = options.limits;
    // The message limit ends the connection before the inbox can be full.
    this.#inbox = new Inbox(options.limits.maxMessages + 1);
    this.#leaks = [...options.leaks];
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
  }

  get closeFacts(): CloseFacts | null {
    return this.#closeFacts;
  }

  get limitReached(): LimitReached | null {
    return this.#limitReached;
  }

  get transportError(): { readonly message: string; readonly code: string | null } | null {
    return this.#transportError;
  }

  get leaks(): readonly Leak[] {
    return this.#leaks;
  }

  send(message: object): void {
    const type = 'type' in message && typeof message.type === 'string' ? message.type : null;
    this.#sendOrThrow(JSON.stringify(message), type);
  }

  sendText(text: string, type?: string): void {
    this.#sendOrThrow(text, type ?? typeOf(parse(text)));
  }

  async next(what: string, signal: AbortSignal): Promise<ReceivedMessage> {
    return this.#inbox.next(what, signal);
  }

  sendParts(
    parts: readonly string[],
    { binary = false, unmasked = false }: { readonly binary?: boolean; readonly unmasked?: boolean } = {},
  ): void {
    if (this.#closeFacts !== null) throw connectionClosed(this.facts.id, this.#closeFacts);
    const buffers = parts.map((part) => Buffer.from(part, 'utf8'));
    if (!this.#options.handle.sendParts(buffers, { binary, masked: !unmasked }))
      throw connectionClosing(this.facts.id);
    const text = parts.join('');
    this.#logSent(text, typeOf(parse(text)), binary);
  }

  async ping(signal: AbortSignal, bytes = 0): Promise<number> {
    if (this.#closeFacts !== null) throw connectionClosed(this.facts.id, this.#closeFacts);
    const payload = String(this.#nextPing).padEnd(bytes, '.');
    this.#nextPing += 1;
    const pings = (this.#pings ??= new Map());
    const sentAtMs = this.recorder.now();
    try {
      const atMs = await raceSignal('a pong frame', signal, () => {
        const pong = new Promise<number>((resolve, reject) => pings.set(payload, { resolve, reject }));
        this.#options.handle.ping(payload);
        return pong;
      });
      const roundTripMs = atMs - sentAtMs;
      this.recorder.record({ kind: 'ws.pong', connection: this.facts.id, roundTripMs });
      return roundTripMs;
    } finally {
      pings.delete(payload);
    }
  }

  async close(code = 1000, reason = ''): Promise<CloseFacts> {
    if (this.#closeFacts === null) this.#options.handle.close(code, reason);
    return this.closed;
  }

  async terminate(): Promise<CloseFacts> {
    if (this.#closeFacts === null) this.#options.handle.terminate();
    return this.closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  attach(sink: MessageSink, onEnd?: (facts: CloseFacts) => void): () => void {
    const waiting: ReceivedMessage[] = [];
    for (let message = this.#inbox.poll(); message !== undefined; message = this.#inbox.poll()) {
      waiting.push(message);
    }
    this.#sinks = [...this.#sinks, sink];
    if (onEnd !== undefined) this.#endListeners = [...this.#endListeners, onEnd];
    for (const message of waiting) this.#deliver(message);
    if (this.#closeFacts !== null) onEnd?.(this.#closeFacts);
    return () => {
      this.#sinks = this.#sinks.filter((attached) => attached !== sink);
      this.#endListeners = this.#endListeners.filter((attached) => attached !== onEnd);
    };
  }

  /** @internal Called by the transport's handlers. */
  receive({ text, binary, buffer, start, end, read }: WireMessage): void {
    if (this.#limitReached !== null || this.#closeFacts !== null) return;
    const bytes = end - start;
    this.#messagesIn += 1;
    this.#bytesIn += bytes;
    const seq = this.#messagesIn;
    if (read !== this.#lastRead) {
      this.#lastRead = read;
      this.#lastReadAtMs = this.recorder.now();
    }
    const atMs = this.#lastReadAtMs;
    const deep = !binary && isTooDeep(text);
    const raw = binary || deep ? undefined : parse(text);
    const frame = deep ? TOO_DEEP : frameOf(raw, binary, text.length);
    const type = typeOf(raw);
    if (frame.kind === 'handshake') this.#registerSessionToken(raw);
    const { evidence, leaks } = this.#options.log.log({
      direction: 'in',
      seq,
      text,
      buffer,
      start,
      bytes,
      binary,
      type,
      atMs,
    });
    if (this.#options.canaries !== null) this.#hear('message', `message ${seq}`, text, evidence);
    // A session token is found in the very message that issues it: that is no leak.
    if (leaks.length > 0 && frame.kind !== 'handshake') this.#leaks.push(...leaks);
    if (seq > this.#limits.maxMessages) this.#reach('messages', this.#limits.maxMessages, seq);
    else if (this.#bytesIn > this.#limits.maxBytes)
      this.#reach('bytes', this.#limits.maxBytes, this.#bytesIn);
    if (frame.kind === 'liveness' && frame.liveness.reply !== null) {
      const reply = livenessReply(frame.liveness.reply, raw, this.facts.id);
      this.#send(JSON.stringify(reply), reply.type);
    }
    this.#deliver({ frame, text, binary, atMs, seq, bytes, evidence });
  }

  /** @internal Called by the transport's handlers. */
  receivePing(payload: Buffer): void {
    this.#countControlFrame();
    if (payload.length > 0) this.#hear('control frame', 'payload of a ping frame', payload.toString('utf8'));
  }

  /** @internal Called by the transport's handlers. */
  receivePong(payload: string): void {
    this.#countControlFrame();
    this.#hear('control frame', 'payload of a pong frame', payload);
    this.#pings?.get(payload)?.resolve(this.recorder.now());
  }

  /** @internal Called by the transport's handlers. */
  receiveClose(close: TransportClose): void {
    if (this.#closeFacts !== null) return;
    const { secrets } = this.#options;
    const reason = close.received?.reason ?? '';
    this.#lookForLeaks('close reason', reason);
    if (reason !== '') this.#hear('control frame', 'close reason', reason);
    this.#transportError = close.error;
    if (close.error?.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') {
      this.#limitReached ??= { limit: 'message-bytes', max: this.#limits.maxMessageBytes, seen: null };
    }
    const totals = {
      messagesIn: this.#messagesIn,
      messagesOut: this.#messagesOut,
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
    };
    const facts = closeFactsOf(close, {
      ...totals,
      reason: recordedText(reason, 200, (text) => secrets.redact(text)),
      atMs: this.recorder.now(),
      openedAtMs: this.facts.openedAtMs,
      firstSentAtMs: this.#firstSentAtMs,
    });
    this.#closeFacts = facts;
    this.#options.log.end(totals);
    this.recorder.record({ kind: 'ws.close', connection: this.facts.id, ...facts });
    if (close.error !== null) {
      const text = recordedText(close.error.message, 300, (message) => secrets.redact(message));
      this.recorder.record({ kind: 'note', text: `connection ${this.facts.id}: ${text}` });
    }
    const limitReached = this.#limitReached;
    this.#inbox.close(() =>
      limitReached === null
        ? connectionClosed(this.facts.id, facts)
        : limitExceeded(this.facts.id, limitReached),
    );
    for (const ping of this.#pings?.values() ?? []) ping.reject(connectionClosed(this.facts.id, facts));
    this.#resolveClosed(facts);
    for (const listener of this.#endListeners) listener(facts);
  }

  #sendOrThrow(text: string, type: string | null): void {
    if (this.#closeFacts !== null) throw connectionClosed(this.facts.id, this.#closeFacts);
    if (!this.#send(text, type)) throw connectionClosing(this.facts.id);
  }

  #send(text: string, type: string | null): boolean {
    if (!this.#options.handle.send(text)) return false;
    this.#logSent(text, type, false);
    return true;
  }

  #logSent(text: string, type: string | null, binary: boolean): void {
    const bytes = Buffer.byteLength(text, 'utf8');
    this.#messagesOut += 1;
    this.#bytesOut += bytes;
    const atMs = this.recorder.now();
    this.#firstSentAtMs ??= atMs;
    this.#options.canaries?.wrote(this.facts.subject, text);
    const seq = this.#messagesOut;
    this.#options.log.log({ direction: 'out', seq, text, buffer: null, start: 0, bytes, binary, type, atMs });
  }

  #deliver(message: ReceivedMessage): void {
    for (const sink of this.#sinks) {
      if (sink(message)) return;
    }
    this.#inbox.push(message);
  }

  #registerSessionToken(raw: unknown): void {
    const token = sessionTokenOf(raw);
    if (token !== null) this.#options.secrets.register(token, 'session token');
  }

  #lookForLeaks(where: string, text: string): void {
    if (text === '') return;
    this.#leaks.push(...findLeaks(this.#options.secrets, { texts: [[where, text]] }));
  }

  #hear(kind: HeardKind, where: string, text: string, evidence: string | null = null): void {
    this.#options.canaries?.heard(
      { kind, where, reader: this.facts.subject, evidence: evidence ?? this.facts.evidence },
      text,
    );
  }

  #countControlFrame(): void {
    const nowMs = this.recorder.now();
    if (nowMs - this.#controlFramesSinceMs > 1_000) {
      this.#controlFramesSinceMs = nowMs;
      this.#controlFrames = 0;
    }
    this.#controlFrames += 1;
    if (this.#controlFrames > this.#limits.maxControlFrames) {
      this.#reach('control-frames', this.#limits.maxControlFrames, this.#controlFrames);
    }
  }

  #reach(limit: LimitReached['limit'], max: number, seen: number): void {
    if (this.#limitReached !== null) return;
    this.#limitReached = { limit, max, seen };
    const text = `connection ${this.facts.id}: ended by us at the limit of ${max} ${limit}`;
    this.recorder.record({ kind: 'note', text });
    this.#options.handle.terminate();
  }
}

const TOO_DEEP: Frame = { kind: 'malformed', reason: 'too-deep', detail: 'more than 128 levels' };

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A SyntaxError: the text is the peer's, so it is a finding and not an error of ours.
    return undefined;
  }
}

function frameOf(raw: unknown, binary: boolean, length: number): Frame {
  if (raw !== undefined) return foldFrame(raw);
  if (binary) return { kind: 'malformed', reason: 'binary', detail: `${length} characters` };
  return { kind: 'malformed', reason: 'not-json', detail: `${length} characters` };
}

function typeOf(raw: unknown): string | null {
  if (typeof raw !== 'object' || raw === null || !('type' in raw)) return null;
  return typeof raw.type === 'string' ? raw.type.slice(0, 100) : null;
}
