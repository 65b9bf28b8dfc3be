import type { AuthTransport, NetworkPhase, PhaseTimings, RecordedHeaders } from '../evidence/evidence.ts';
import type { Recorder } from '../evidence/ledger.ts';
import type { SecretIndex } from '../foundation/redaction.ts';
import type { BearerToken } from '../http/bearer-token.ts';
import type { CanaryBook } from '../http/canary-book.ts';
import type { CookieJar } from '../http/cookie-jar.ts';
import type { Leak } from '../http/leak.ts';
import type { Connection } from './connection.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import type { WebSocketTransport } from './transport.ts';

interface HandshakeBase {
  /** Id of the `ws.handshake` record. */
  readonly evidence: string;
  readonly timings: PhaseTimings;
}

export type HandshakeResult =
  | (HandshakeBase & { readonly kind: 'open'; readonly connection: Connection })
  | (HandshakeBase & {
      readonly kind: 'refused';
      readonly status: number;
      readonly headers: RecordedHeaders;
      /** Up to the refusal body limit; may hold secrets. */
      readonly body: string;
      readonly bodyBytes: number;
      readonly leaks: readonly Leak[];
    })
  | (HandshakeBase & {
      readonly kind: 'failed';
      readonly phase: NetworkPhase;
      readonly cause: string;
      readonly code: string | null;
    })
  | (HandshakeBase & { readonly kind: 'censored'; readonly phase: NetworkPhase; readonly budgetMs: number });

export interface OpenConnectionOptions {
  readonly url: string;
  readonly token: BearerToken | null;
  readonly authTransport: AuthTransport;
  readonly runId: string;
  /** `env` part of the public client's subprotocols (wire-contract.md §12). Default `staging`. */
  readonly environment?: string;
  readonly extraSubprotocols?: readonly string[];
  /** Sent in the moment of the opening, before anything of the peer is read. */
  readonly firstMessage?: object;
  readonly extraHeaders?: Readonly<Record<string, string>>;
  readonly origin?: string | null;
  /** Default `stagegate/<version>`. */
  readonly userAgent?: string;
  readonly cookies?: CookieJar;
  readonly recorder: Recorder;
  readonly limits?: Partial<ConnectionLimits>;
  readonly caPem?: string;
  readonly secrets?: SecretIndex;
  /** Is told what is written and what is received. */
  readonly canaries?: CanaryBook;
  /** `digest` keeps counts and one hash instead of a record per message. Default `full`. */
  readonly ledger?: 'full' | 'digest';
  /** Default: the transport over `ws`. */
  readonly transport?: WebSocketTransport;
  /** Time for the opening handshake; a longer one is censored. */
  readonly budgetMs: number;
  readonly signal: AbortSignal;
}
