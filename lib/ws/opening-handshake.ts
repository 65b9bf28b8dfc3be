import { unwatchAbort, watchAbort } from './abort-watch.ts';
import { HandshakeAttempt } from './handshake-attempt.ts';
import type { HandshakeResult, OpenConnectionOptions } from './handshake.ts';

/**
 * Attempts one opening handshake (RFC 6455 §4.1) and records it; whatever the target does is a result, not an error.
 * @throws the reason of `signal` when it aborts; what was under way is then recorded as censored.
 */
export async function openConnection(options: OpenConnectionOptions): Promise<HandshakeResult> {
  options.signal.throwIfAborted();
  const attempt = new HandshakeAttempt(options);
  watchAbort(options.signal, attempt);
  try {
    return await attempt.result;
  } finally {
    unwatchAbort(options.signal, attempt);
  }
}
