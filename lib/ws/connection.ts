import type { Frame } from '../contract/envelope.ts';
import type { AuthTransport, CloseFacts, RecordedHeaders } from '../evidence/evidence.ts';
import type { Recorder } from '../evidence/ledger.ts';
import type { Leak } from '../http/leak.ts';
import type { LimitReached } from './connection-limits.ts';

export interface ReceivedMessage {
  /** What the message is, whatever dialect it came in. */
  readonly frame: Frame;
  /** The message as received (lossy for a binary one); may hold secrets. */
  readonly text: string;
  readonly binary: boolean;
  /** When it was read from the socket, on the recorder's clock; the same for messages of one read where the transport tells reads apart. */
  readonly atMs: number;
  /** 1 for the first message received. */
  readonly seq: number;
  readonly bytes: number;
  /** Id of the `ws.message` record; null under a digest ledger. */
  readonly evidence: string | null;
}

/** Takes each message synchronously, in order; what it does not want it leaves to the inbox by returning false. */
export type MessageSink = (message: ReceivedMessage) => boolean;

export interface ConnectionFacts {
  readonly id: string;
  readonly subject: string | null;
  readonly authTransport: AuthTransport;
  /** Whether every message has a record, or all of them one digest. */
  readonly ledger: 'full' | 'digest';
  readonly openedAtMs: number;
  readonly subprotocol: string | null;
  /** Headers of the 101 response, secrets replaced. */
  readonly headers: RecordedHeaders;
  /** Id of the `ws.handshake` record. */
  readonly evidence: string;
}

/** One open WebSocket connection. */
export interface Connection extends AsyncDisposable {
  readonly facts: ConnectionFacts;
  readonly recorder: Recorder;
  /** Resolves when the connection has ended; never rejects. */
  readonly closed: Promise<CloseFacts>;
  /** The end, once it has come. */
  readonly closeFacts: CloseFacts | null;
  readonly limitReached: LimitReached | null;
  /** Error of the transport or protocol error of the peer; null when there was none. */
  readonly transportError: { readonly message: string; readonly code: string | null } | null;
  /** Registered secrets that the target sent back, in headers, messages within the sample budget and the close reason. */
  readonly leaks: readonly Leak[];
  /** Sends a value as JSON text. @throws {HarnessError} `CONNECTION_CLOSED`. */
  send(message: object): void;
  /**
   * Sends a text as it stands, JSON or not. @throws {HarnessError} `CONNECTION_CLOSED`.
   * @param type its `type` as a message. Default: looked up in the text.
   */
  sendText(text: string, type?: string): void;
  /**
   * Sends one message in several frames (RFC 6455 §5.4), as binary or without masking when told to.
   * @throws {HarnessError} `CONNECTION_CLOSED`.
   */
  sendParts(
    parts: readonly string[],
    options?: { readonly binary?: boolean; readonly unmasked?: boolean },
  ): void;
  /** Waits for the next message. @throws {HarnessError} `CONNECTION_CLOSED`, `LIMIT_EXCEEDED` or the signal's reason naming `what`. */
  next(what: string, signal: AbortSignal): Promise<ReceivedMessage>;
  /**
   * Sends a ping frame and returns the round trip in ms (RFC 6455 §5.5.2); only a pong with the same payload counts.
   * @param bytes size of the payload, at most 125. Default: as small as tells one ping from another.
   */
  ping(signal: AbortSignal, bytes?: number): Promise<number>;
  /** Runs the closing handshake, bounded by the close budget. Default code 1000. */
  close(code?: number, reason?: string): Promise<CloseFacts>;
  /** Drops the socket without a closing handshake. */
  terminate(): Promise<CloseFacts>;
  /**
   * Offers messages to `sink` before the inbox (those waiting first) and tells `onEnd` when the connection ends;
   * returns a function that detaches both.
   */
  attach(sink: MessageSink, onEnd?: (facts: CloseFacts) => void): () => void;
}
