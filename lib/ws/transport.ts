import type { NetworkPhase, PhaseTimings } from '../evidence/evidence.ts';

/** What a transport needs for one opening handshake. Header values and subprotocols go on the wire as they stand. */
export interface TransportRequest {
  /** `ws:` or `wss:`. */
  readonly url: string;
  readonly subprotocols: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  /** Time for the whole opening handshake, the body of a refusal included. */
  readonly budgetMs: number;
  /** Time for the peer to answer our close frame before the socket is dropped. */
  readonly closeBudgetMs: number;
  readonly maxMessageBytes: number;
  readonly maxHeaderBytes: number;
  readonly maxRefusalBodyBytes: number;
  /** A CA certificate trusted beside the built-in ones. */
  readonly caPem?: string;
}

export interface RawHeaders {
  readonly [name: string]: string | readonly string[] | undefined;
}

export interface AttemptFacts {
  readonly timings: PhaseTimings;
  /** `address:port` of the peer; null when no TCP connection was made. */
  readonly peer: string | null;
}

/** The end of an open connection, in terms of what was on the wire. */
export interface TransportClose {
  /** Close frame of the peer; `code` 1005 when it carried none. Null when no close frame came. */
  readonly received: { readonly code: number; readonly reason: string } | null;
  /** True when we asked for the end (close or terminate, or a protocol error we answered) before the peer did. */
  readonly byUs: boolean;
  /** True when our own close frame went out. */
  readonly sent: boolean;
  /** Transport error, such as ECONNRESET or a protocol error of the peer; null when there was none. */
  readonly error: { readonly message: string; readonly code: string | null } | null;
}

/** One complete message. */
export interface WireMessage {
  /** What its bytes say in UTF-8; lossy for a binary message. */
  readonly text: string;
  readonly binary: boolean;
  /** Holds its bytes from `start` up to `end`, during the call only. */
  readonly buffer: Buffer;
  readonly start: number;
  readonly end: number;
  /** Number of the read from the socket that completed it: messages of one read arrived together. */
  readonly read: number;
}

/**
 * Attached before the first packet, so no frame is lost. None is called before `open` has returned. Exactly one of the
 * first four is called, once; after `onOpen`, `onClose` is called once and is the last call.
 */
export interface TransportHandlers {
  onOpen(facts: AttemptFacts & { readonly subprotocol: string | null; readonly headers: RawHeaders }): void;
  onRefused(
    facts: AttemptFacts & {
      readonly status: number;
      readonly headers: RawHeaders;
      readonly body: string;
      readonly bodyBytes: number;
    },
  ): void;
  onFailed(
    facts: AttemptFacts & {
      readonly phase: NetworkPhase;
      readonly cause: string;
      readonly code: string | null;
    },
  ): void;
  onCensored(facts: AttemptFacts & { readonly phase: NetworkPhase }): void;
  onMessage(message: WireMessage): void;
  onPing(payload: Buffer): void;
  onPong(payload: Buffer): void;
  onClose(facts: TransportClose): void;
}

export interface TransportHandle {
  /** Sends a text message; returns false, and sends nothing, once closing. */
  send(text: string): boolean;
  /** Sends one message in as many frames as parts (RFC 6455 §5.4); returns as `send`. Masking can be left out, which is illegal. */
  sendParts(
    parts: readonly Buffer[],
    options: { readonly binary: boolean; readonly masked: boolean },
  ): boolean;
  ping(payload: string): void;
  /** Starts the closing handshake; ends by itself after the close budget. */
  close(code: number, reason: string): void;
  /** Drops the socket without a closing handshake; an attempt that has no answer yet ends as censored, before this returns. */
  terminate(): void;
  /** Stops and resumes reading, for backpressure. */
  pause(): void;
  resume(): void;
}

/** Bytes in, bytes out, handshake facts. One implementation per library, all held to `transport-conformance.ts`. */
export interface WebSocketTransport {
  readonly name: string;
  /** What goes into `Sec-WebSocket-Extensions`; without it no extension is offered. */
  readonly extensionOffer?: string;
  open(request: TransportRequest, handlers: TransportHandlers): TransportHandle;
}
