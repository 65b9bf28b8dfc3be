import { ping } from '../contract/client-message.ts';
import { UNKNOWN_SOCKET_PATH } from '../contract/socket-path.ts';
import type { AuthTransport } from '../evidence/evidence.ts';
import { Deadline } from '../foundation/deadline.ts';
import { HarnessError } from '../foundation/errors.ts';
import type { Connection } from '../ws/connection.ts';
import { nextWithin } from '../ws/next-within.ts';
import type { Climb } from './climb.ts';
import { getBeside } from './service-rungs.ts';
import { attemptSession, openAt } from './session-attempt.ts';

/** Paths at which only older generations accept a connection (wire-contract.md §2.1), after one that none has: their control. */
const PATHS = [UNKNOWN_SOCKET_PATH, '/websocket', '/ws/test'] as const;

/**
 * Makes the observations that a fingerprint needs and the rungs do not make: two requests, at most two openings of the socket
 * path, two of paths that are gone and one of a path that never was, each once. What they show is read from their records; what does not answer stays
 * unobserved. @throws the reason of the climb's signal.
 */
export async function observeBehaviours(climb: Climb): Promise<void> {
  await getBeside(climb, '/health');
  await getBeside(climb, '/api/websocket/ticket');
  // A target that accepts no connection is not asked for more: each refusal counts for its breaker.
  const accepted = climb.attempts.find(({ welcome }) => welcome?.kind === 'welcome')?.transport;
  if (accepted === undefined) return;
  try {
    climb.token = await climb.tokens.tokenFor(climb.user, { signal: climb.signal, recorder: climb.recorder });
    const transports: readonly AuthTransport[] = climb.missingCapabilities.includes('subprotocol-auth')
      ? [accepted]
      : ['subprotocol-jwt', accepted];
    for (const transport of transports) if (await greet(climb, transport)) break;
    for (const path of PATHS) {
      const url = new URL(path, climb.settings.websocketUrl).href;
      const { websocketOrigin: origin } = climb.settings;
      const result = await openAt(climb, { url, transport: accepted, origin });
      if (result.kind === 'open') await result.connection.close();
    }
  } catch (error) {
    if (climb.signal.aborted || !(error instanceof HarnessError)) throw error;
  }
}

/** Opens a connection, says one thing and hears the answer. False when it was not welcomed. */
async function greet(climb: Climb, transport: AuthTransport): Promise<boolean> {
  const { handshake, welcome } = await attemptSession(climb, transport, climb.settings.websocketOrigin);
  if (handshake.kind !== 'open') return false;
  const { connection } = handshake;
  try {
    if (welcome?.kind !== 'welcome') return false;
    await hearAnswer(climb, connection);
    return true;
  } finally {
    await connection[Symbol.asyncDispose]();
  }
}

async function hearAnswer(climb: Climb, connection: Connection): Promise<void> {
  if (climb.missingCapabilities.includes('application-ping')) return;
  connection.send(ping());
  using deadline = new Deadline(climb.budgets.welcome.failMs ?? 5_000, { parent: climb.signal });
  for (;;) {
    const message = await nextWithin(connection, 'an answer to a ping message', deadline, climb.signal);
    if (message === 'silence' || message === 'closed') return;
    // A server's own ping or heartbeat asks for a reply; what asks for none answers ours.
    if (message.frame.kind === 'liveness' && message.frame.liveness.reply === null) return;
  }
}
