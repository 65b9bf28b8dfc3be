import { handshakeAcknowledged } from '../contract/client-message.ts';
import type { ErrorFrame } from '../contract/error-frame.ts';
import type { HandshakeFrame } from '../contract/session-frame.ts';
import type { CloseFacts } from '../evidence/evidence.ts';
import { systemClock } from '../foundation/clock.ts';
import { Deadline } from '../foundation/deadline.ts';
import { HarnessError } from '../foundation/errors.ts';
import type { Connection, ReceivedMessage } from './connection.ts';
import { nextWithin } from './next-within.ts';

interface SessionHandshakeBase {
  /** Messages that were no part of the handshake, in order: they are not in the inbox any more. */
  readonly others: readonly ReceivedMessage[];
  /** Ids of the records of all messages received meanwhile. */
  readonly evidence: readonly string[];
}

/** How the public client's handshake ended (wire-contract.md §12). */
export type SessionHandshakeResult =
  | (SessionHandshakeBase & {
      readonly kind: 'complete';
      readonly threadId: string | null;
      readonly runId: string | null;
      readonly elapsedMs: number;
    })
  | (SessionHandshakeBase & { readonly kind: 'error'; readonly error: ErrorFrame })
  | (SessionHandshakeBase & { readonly kind: 'closed'; readonly closed: CloseFacts })
  /** Nothing decisive within the budget; `step` is the one that did not come. */
  | (SessionHandshakeBase & {
      readonly kind: 'silence';
      readonly step: 'response' | 'complete';
      readonly budgetMs: number;
    });

/**
 * Waits for `handshake_response`, answers `handshake_acknowledged` and waits for `handshake_complete` (wire-contract.md §12).
 * The session token was registered as a secret before its message was recorded (`OpenConnectionOptions.secrets`).
 * @throws the reason of `signal`, and `LIMIT_EXCEEDED`.
 */
export async function answerHandshake(
  connection: Connection,
  options: { readonly budgetMs: number; readonly signal: AbortSignal },
): Promise<SessionHandshakeResult> {
  using deadline = new Deadline(options.budgetMs, { parent: options.signal });
  const evidence: string[] = [];
  const others: ReceivedMessage[] = [];
  const startedAtMs = connection.recorder.now();
  let response: HandshakeFrame | null = null;
  for (;;) {
    const step = response === null ? 'response' : 'complete';
    const message = await nextWithin(connection, `a handshake_${step}`, deadline, options.signal);
    if (message === 'silence') return { kind: 'silence', step, budgetMs: options.budgetMs, others, evidence };
    if (message === 'closed') return { kind: 'closed', closed: await connection.closed, others, evidence };
    if (message.evidence !== null) evidence.push(message.evidence);
    const { frame } = message;
    if (frame.kind === 'error') return { kind: 'error', error: frame.error, others, evidence };
    if (frame.kind !== 'handshake') {
      others.push(message);
    } else if (response === null && frame.handshake.step === 'response') {
      response = frame.handshake;
      if (!acknowledge(connection, response))
        return { kind: 'closed', closed: await connection.closed, others, evidence };
    } else if (response !== null && frame.handshake.step === 'complete') {
      const { threadId, runId } = response;
      return { kind: 'complete', threadId, runId, elapsedMs: message.atMs - startedAtMs, others, evidence };
    }
  }
}

/** Returns false when the connection has ended, or is ending, before the answer could go out. */
function acknowledge(connection: Connection, response: HandshakeFrame): boolean {
  try {
    connection.send(handshakeAcknowledged(response.threadId, systemClock.wallTime().getTime()));
    return true;
  } catch (error) {
    if (error instanceof HarnessError && error.code === 'CONNECTION_CLOSED') return false;
    throw error;
  }
}
