import type { Deadline } from '../foundation/deadline.ts';
import { HarnessError } from '../foundation/errors.ts';
import type { Connection, ReceivedMessage } from './connection.ts';

/** Waits for the next message; a used-up `deadline` and the end of the connection are values, an aborted `outer` is thrown. */
export async function nextWithin(
  connection: Connection,
  what: string,
  deadline: Deadline,
  outer: AbortSignal,
): Promise<ReceivedMessage | 'silence' | 'closed'> {
  try {
    return await connection.next(what, deadline.signal);
  } catch (error) {
    if (outer.aborted) throw error;
    if (error instanceof HarnessError && error.code === 'DEADLINE_EXCEEDED') return 'silence';
    if (error instanceof HarnessError && error.code === 'CONNECTION_CLOSED') return 'closed';
    throw error;
  }
}
