import type { Violation } from '../contract/violation.ts';
import type { ProbeName } from './probe-name.ts';

/** Milliseconds spent in each phase of reaching the target; a phase that did not happen is null. */
export interface PhaseTimings {
  readonly dnsMs: number | null;
  readonly tcpMs: number | null;
  readonly tlsMs: number | null;
  /** Request written to first byte of the answer (HTTP), or to the end of the opening handshake (WebSocket). */
  readonly waitMs: number | null;
  readonly bodyMs: number | null;
  readonly totalMs: number;
}

/** The phase of reaching the target in which an attempt ended without an answer. */
export type NetworkPhase = 'dns' | 'tcp' | 'tls' | 'request' | 'upgrade' | 'body';

/** How the token travelled (wire-contract.md §2.2). */
export const AUTH_TRANSPORTS = [
  'none',
  'authorization-header',
  'subprotocol-jwt',
  'subprotocol-jwt-auth',
  'subprotocol-bearer',
  'subprotocol-public-client',
] as const;
export type AuthTransport = (typeof AUTH_TRANSPORTS)[number];

/** Header names in lower case; secret values are already replaced. */
export type RecordedHeaders = Readonly<Record<string, string>>;

/** What ended an exchange or an opening handshake without an answer. */
export type NoAnswer =
  | {
      readonly kind: 'failed';
      readonly phase: NetworkPhase;
      readonly cause: string;
      readonly code: string | null;
    }
  /** We stopped waiting: "no answer within budgetMs", never "down". */
  | { readonly kind: 'censored'; readonly phase: NetworkPhase; readonly budgetMs: number };

export type HttpOutcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: RecordedHeaders;
      readonly bodySample: string;
      readonly bodyBytes: number;
      /** True when the body was larger than the limit and the rest was not read. */
      readonly bodyCut: boolean;
    }
  | NoAnswer;

export type HandshakeOutcome =
  | {
      readonly kind: 'open';
      readonly subprotocol: string | null;
      readonly headers: RecordedHeaders;
    }
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly headers: RecordedHeaders;
      readonly bodySample: string;
      readonly bodyBytes: number;
    }
  | NoAnswer;

/** Who ended a connection: us, the peer by a close frame, or the transport without one. */
export type CloseInitiator = 'local' | 'remote' | 'transport';

/** The end of a connection that was open. */
export interface CloseFacts {
  /** Close code as received, or 1005/1006 when none was (those are never on the wire, RFC 6455 §7.4.1). */
  readonly code: number;
  readonly reason: string;
  readonly initiator: CloseInitiator;
  /** True when close frames went both ways. */
  readonly clean: boolean;
  readonly msSinceOpen: number;
  readonly messagesIn: number;
  readonly messagesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly afterFirstClientMessage: boolean;
  /** Milliseconds from our first message to the close; null when we sent none. */
  readonly msSinceFirstClientMessage: number | null;
}

/** How the wait for a chat turn ended: only `terminal` is a completion, silence never is. */
export type TurnEnd = 'terminal' | 'closed' | 'silence' | 'deadline' | 'limit';

/** A value that a budget or a baseline is judged on. */
export interface Measure {
  readonly name: string;
  readonly unit: 'ms' | 'bytes' | 'count' | 'ratio' | 'days' | 'MB' | 'per second';
  readonly value: number;
  /** Attempts that the value stands on; one when it is not given. */
  readonly n?: number;
  /** Whose figure it is: a client's memory must never be read as the service's. */
  readonly of: 'target' | 'harness';
}

/** Values of one kind from repeated attempts, in their order; an attempt without a value is counted, never zero. */
export interface Sample {
  readonly name: string;
  readonly unit: Measure['unit'];
  readonly of: Measure['of'];
  readonly values: readonly number[];
  /** Attempts that gave no value. */
  readonly missing: number;
}

/** The kinds of things that can be observed. Bodies hold no secrets and no control characters once recorded. */
export type EvidenceBody =
  | {
      readonly kind: 'http.exchange';
      readonly method: string;
      readonly url: string;
      readonly requestHeaders: RecordedHeaders;
      readonly requestBytes: number;
      /** Which of our users asked; null for a request without a token. */
      readonly subject: string | null;
      /** Fingerprint of the token that was sent, the key of its `token` record; null for none. */
      readonly tokenFingerprint?: string | null;
      readonly outcome: HttpOutcome;
      readonly timings: PhaseTimings;
    }
  | {
      readonly kind: 'ws.handshake';
      readonly connection: string;
      readonly url: string;
      readonly transport: AuthTransport;
      readonly subject: string | null;
      /** Fingerprint of the token that was sent, the key of its `token` record; null for none. */
      readonly tokenFingerprint?: string | null;
      /** Names offered in Sec-WebSocket-Protocol, token parts replaced. */
      readonly offered: readonly string[];
      readonly requestHeaders: RecordedHeaders;
      readonly outcome: HandshakeOutcome;
      readonly timings: PhaseTimings;
      readonly peer: string | null;
    }
  | {
      readonly kind: 'ws.message';
      readonly connection: string;
      readonly direction: 'in' | 'out';
      /** 1 for the first message of this direction. */
      readonly seq: number;
      readonly bytes: number;
      readonly binary: boolean;
      /** `type` of the JSON message; null when it is not a JSON object with one. */
      readonly type: string | null;
      /** The text, cut at the sample limit; null once the connection's sample budget is used up. */
      readonly sample: string | null;
    }
  | { readonly kind: 'ws.pong'; readonly connection: string; readonly roundTripMs: number }
  | ({ readonly kind: 'ws.close'; readonly connection: string } & CloseFacts)
  /** What a digest ledger keeps instead of messages. */
  | {
      readonly kind: 'ws.digest';
      readonly connection: string;
      readonly messagesIn: number;
      readonly messagesOut: number;
      readonly bytesIn: number;
      readonly bytesOut: number;
      readonly sha256: string;
    }
  | {
      readonly kind: 'chat.turn';
      readonly connection: string;
      readonly subject: string | null;
      readonly runId: string | null;
      readonly threadId: string | null;
      readonly ended: TurnEnd;
      readonly eventTypes: Readonly<Record<string, number>>;
      readonly variants: Readonly<Record<string, number>>;
      readonly firstEventMs: number | null;
      readonly maxGapMs: number | null;
      readonly totalMs: number;
      readonly violations: readonly Violation[];
      readonly warnings: readonly string[];
    }
  | {
      readonly kind: 'token';
      readonly subject: string | null;
      readonly fingerprint: string;
      readonly source: 'exchange' | 'minted';
      /** Name of the deliberate defect; null for a valid token. */
      readonly invalid: string | null;
      readonly issuedAtSec: number | null;
      readonly expiresAtSec: number | null;
    }
  | {
      readonly kind: 'preflight.rung';
      readonly rung: string;
      readonly state: 'held' | 'broken' | 'undecided' | 'blocked' | 'not-applicable';
      readonly text: string;
      readonly elapsedMs: number;
    }
  /** The positive control of a refusal: the same path and client with a valid token. */
  | { readonly kind: 'control'; readonly of: string; readonly accepted: boolean; readonly text: string }
  /** Whether the sessions of several users were proven to be open at the same time. */
  | {
      readonly kind: 'overlap';
      readonly subjects: readonly string[];
      readonly proven: boolean;
      readonly overlapMs: number;
    }
  /** Who received what of whom: every byte of each reader searched for the marks of each owner, in each form that is looked for. */
  | {
      readonly kind: 'leak.matrix';
      readonly subjects: readonly string[];
      /** Messages and bytes received, by subject. */
      readonly messages: readonly number[];
      readonly bytes: readonly number[];
      /** `cells[owner][reader]`: what of the owner reached the reader, as `canary as base64`; null when nothing did. */
      readonly cells: readonly (readonly (string | null)[])[];
    }
  /** The dialect that the target spoke in one turn, for comparison with an earlier run. */
  | {
      readonly kind: 'contract.snapshot';
      readonly generation: string;
      readonly welcome: string;
      /** By event type: the envelope variants, and the paths of all members that were seen. */
      readonly events: Readonly<
        Record<string, { readonly variants: readonly string[]; readonly fields: readonly string[] }>
      >;
    }
  | ({ readonly kind: 'measure' } & Measure)
  | ({ readonly kind: 'sample' } & Sample)
  | {
      readonly kind: 'observer';
      readonly eventLoopLagP99Ms: number;
      readonly eventLoopLagMaxMs: number;
      readonly samples: number;
    }
  /** One separating observation after a red: what was asked, and what the answer says in words. */
  | {
      readonly kind: 'probe';
      readonly probe: ProbeName;
      /** Whether what was asked worked; null when the answer is no yes or no. */
      readonly answer: boolean | null;
      readonly text: string;
    }
  /** How often something failed at each dose, for the shape of the relation. */
  | {
      readonly kind: 'dose';
      readonly quantity: 'send-delay-ms' | 'open-connections';
      readonly points: readonly { readonly dose: number; readonly tried: number; readonly failed: number }[];
    }
  | { readonly kind: 'note'; readonly text: string };

/** One ledger record: what was observed, when, and for which check. */
export interface Evidence {
  /** Unique in the run: writer, a dash, the writer's running number, as `w1-17`. */
  readonly id: string;
  /** Null for what belongs to the run itself. */
  readonly check: string | null;
  /** Milliseconds since the run started, on the writer's monotonic clock. */
  readonly atMs: number;
  readonly wallTime: string;
  readonly body: EvidenceBody;
}
