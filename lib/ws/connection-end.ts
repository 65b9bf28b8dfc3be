import type { CloseFacts, CloseInitiator } from '../evidence/evidence.ts';
import { HarnessError } from '../foundation/errors.ts';
import type { LimitReached } from './connection-limits.ts';
import type { MessageTotals } from './message-log.ts';
import type { TransportClose } from './transport.ts';

/** Reduces the end of a connection to its facts: code 1005 without a code, 1006 without a close frame (RFC 6455 §7.1.5). */
export function closeFactsOf(
  close: TransportClose,
  seen: MessageTotals & {
    /** Already free of secrets. */
    readonly reason: string;
    readonly atMs: number;
    readonly openedAtMs: number;
    readonly firstSentAtMs: number | null;
  },
): CloseFacts {
  return {
    code: close.received?.code ?? 1006,
    reason: seen.reason,
    initiator: initiatorOf(close),
    clean: close.received !== null && close.sent,
    msSinceOpen: seen.atMs - seen.openedAtMs,
    messagesIn: seen.messagesIn,
    messagesOut: seen.messagesOut,
    bytesIn: seen.bytesIn,
    bytesOut: seen.bytesOut,
    afterFirstClientMessage: seen.firstSentAtMs !== null,
    msSinceFirstClientMessage: seen.firstSentAtMs === null ? null : seen.atMs - seen.firstSentAtMs,
  };
}

function initiatorOf(close: TransportClose): CloseInitiator {
  if (close.byUs) return 'local';
  return close.received === null ? 'transport' : 'remote';
}

/** The error of whoever waits for, or sends to, a connection that has ended. */
export function connectionClosed(connection: string, facts: CloseFacts): HarnessError {
  const code = facts.code === 1006 ? '1006 (no close frame)' : String(facts.code);
  const reason = facts.reason === '' ? 'no reason' : `reason "${facts.reason}"`;
  const at = `${(facts.msSinceOpen / 1_000).toFixed(3)} s after open`;
  return new HarnessError(
    'CONNECTION_CLOSED',
    `expected connection ${connection} to be open, got close code ${code}, ${reason}, ended by ${facts.initiator} ${at}`,
    {
      details: { connection, ...facts },
      next: 'Read the ws.close record of this connection and what was sent before it.',
    },
  );
}

/** The error of whoever sends while the closing handshake is under way. */
export function connectionClosing(connection: string): HarnessError {
  return new HarnessError(
    'CONNECTION_CLOSED',
    `expected connection ${connection} to be open, got a closing handshake under way`,
    { details: { connection }, next: 'Read the ws.close record of this connection.' },
  );
}

/** The error of whoever waits on a connection that we ended at a limit of ours. */
export function limitExceeded(connection: string, reached: LimitReached): HarnessError {
  const seen = reached.seen === null ? 'more' : String(reached.seen);
  return new HarnessError(
    'LIMIT_EXCEEDED',
    `expected at most ${reached.max} ${reached.limit} on connection ${connection}, got ${seen}; we ended it`,
    {
      details: { connection, ...reached },
      next: 'Look at the last messages of this connection: the target sends without bound.',
    },
  );
}
