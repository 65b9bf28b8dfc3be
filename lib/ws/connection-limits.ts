/** Bounds that keep a hostile server from hanging or exhausting us; reaching one ends the connection. */
export interface ConnectionLimits {
  /** Default 2 MiB. */
  readonly maxMessageBytes: number;
  /** Messages received on one connection. Default 50 000. */
  readonly maxMessages: number;
  /** Bytes received on one connection. Default 64 MiB. */
  readonly maxBytes: number;
  /** Ping and pong frames received on one connection within a second. Default 1 000. */
  readonly maxControlFrames: number;
  /** Bytes of response headers. Default 32 KiB. */
  readonly maxHeaderBytes: number;
  /** Bytes of a refusal's body that are kept. Default 4 KiB. */
  readonly maxRefusalBodyBytes: number;
  /** Time for the peer to answer our close frame. Default 2 000 ms. */
  readonly closeBudgetMs: number;
}

export const DEFAULT_CONNECTION_LIMITS: ConnectionLimits = {
  maxMessageBytes: 2 * 1024 * 1024,
  maxMessages: 50_000,
  maxBytes: 64 * 1024 * 1024,
  maxControlFrames: 1_000,
  maxHeaderBytes: 32 * 1024,
  maxRefusalBodyBytes: 4 * 1024,
  closeBudgetMs: 2_000,
};

/** The limit that was reached, what it is, and what was seen. */
export interface LimitReached {
  readonly limit: 'message-bytes' | 'messages' | 'bytes' | 'control-frames';
  readonly max: number;
  /** Null when the transport stopped before it knew. */
  readonly seen: number | null;
}

/** Time for the peer to answer our close frame on a target of this time scale, at least 250 ms. */
export function closeBudgetMs(timeScale: number): number {
  return Math.max(DEFAULT_CONNECTION_LIMITS.closeBudgetMs * timeScale, 250);
}
