import type { ErrorFrame } from '../contract/error-frame.ts';
import type { Welcome } from '../contract/welcome.ts';
import type { CloseFacts } from '../evidence/evidence.ts';
import { Deadline } from '../foundation/deadline.ts';
import type { Connection, ReceivedMessage } from './connection.ts';
import { nextWithin } from './next-within.ts';

interface WelcomeBase {
  /** Milliseconds since the connection opened. */
  readonly elapsedMs: number;
  /** Messages before the end of the wait that were none of those looked for (liveness, handshake validation, …). */
  readonly before: readonly ReceivedMessage[];
}

/** How the wait for a welcome ended. */
export type WelcomeResult =
  | (WelcomeBase & { readonly kind: 'welcome'; readonly welcome: Welcome; readonly message: ReceivedMessage })
  /** An error frame came instead; `closed` is the close that followed it within the budget (wire-contract.md §3.2). */
  | (WelcomeBase & {
      readonly kind: 'error-first';
      readonly error: ErrorFrame;
      readonly message: ReceivedMessage;
      readonly closed: CloseFacts | null;
    })
  | (WelcomeBase & { readonly kind: 'closed'; readonly closed: CloseFacts })
  /** Nothing decisive within the budget: a censored value. */
  | (WelcomeBase & { readonly kind: 'silence'; readonly budgetMs: number });

/**
 * Waits for the welcome (W1–W8), an error frame, or the end of the connection (wire-contract.md §3.2).
 * Agent events that come first are left in `before`. @throws the reason of `signal`, and `LIMIT_EXCEEDED`.
 */
export async function awaitWelcome(
  connection: Connection,
  options: { readonly budgetMs: number; readonly signal: AbortSignal },
): Promise<WelcomeResult> {
  using deadline = new Deadline(options.budgetMs, { parent: options.signal });
  const before: ReceivedMessage[] = [];
  const base = (): WelcomeBase => ({
    elapsedMs: connection.recorder.now() - connection.facts.openedAtMs,
    before,
  });
  for (;;) {
    const message = await nextWithin(connection, 'a welcome', deadline, options.signal);
    if (message === 'silence') return { kind: 'silence', budgetMs: options.budgetMs, ...base() };
    if (message === 'closed') return { kind: 'closed', closed: await connection.closed, ...base() };
    const { frame } = message;
    const elapsedMs = message.atMs - connection.facts.openedAtMs;
    if (frame.kind === 'welcome')
      return { kind: 'welcome', welcome: frame.welcome, message, elapsedMs, before };
    if (frame.kind === 'error') {
      const closed = await closeWithin(connection, deadline, options.signal);
      return { kind: 'error-first', error: frame.error, message, closed, elapsedMs, before };
    }
    before.push(message);
  }
}

async function closeWithin(
  connection: Connection,
  deadline: Deadline,
  outer: AbortSignal,
): Promise<CloseFacts | null> {
  try {
    return await deadline.race('the close after an error frame', () => connection.closed);
  } catch (error) {
    if (outer.aborted) throw error;
    // The budget is used up: the target sent an error frame and kept the connection open.
    return null;
  }
}
