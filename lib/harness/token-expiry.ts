import { delay } from '../foundation/deadline.ts';
import { classifyRefusal } from '../contract/refusal.ts';
import type { CloseFacts } from '../evidence/evidence.ts';
import { HarnessError } from '../foundation/errors.ts';
import { awaitWelcome } from '../ws/welcome.ts';
import type { CheckContext } from './check-context.ts';
import { missingPong } from './liveness.ts';
import { attemptConnection, type RefusalAttempt } from './refusal-attempt.ts';

/** Least life of the token: time to connect with it while it is valid. */
const LIFE_MS = 600;
/** Well past the expiry, so that rounding of either clock does not count. */
const MARGIN_MS = 60;

/** What became of a token that was used while it was valid, once it had expired. */
export interface TokenExpiry {
  /** A second connection, after the expiry. */
  readonly late: RefusalAttempt;
  readonly isLateRefused: boolean;
  /** The end of the connection that was opened before; null while it is open. */
  readonly sessionEnd: CloseFacts | null;
  /** What came on it instead of a pong, after the expiry; null when one came. */
  readonly missingPong: string | null;
}

/** Opens a connection with a token that is about to expire and waits for that moment, once for all checks that ask. */
export async function tokenExpiry(t: CheckContext): Promise<TokenExpiry> {
  return t.shared('token expiry', async () => {
    // Claims count whole seconds (RFC 7519 §2), whatever the time scale.
    const expiresAtSec = Math.ceil((t.wallMs() + LIFE_MS) / 1_000);
    const token = await t.expiringToken(t.user(), expiresAtSec);
    const early = await t.connect({ token });
    if (early.kind !== 'open') throw controlMissing(early.kind);
    const { connection } = early;
    const budgetMs = t.budgets.welcome.failMs ?? 5_000;
    const welcome = await awaitWelcome(connection, { budgetMs, signal: t.signal });
    const accepted = welcome.kind === 'welcome';
    t.record({ kind: 'control', of: 'a token before its expiry', accepted, text: welcome.kind });
    if (!accepted) throw controlMissing(welcome.kind);
    await delay(Math.max(0, expiresAtSec * 1_000 + MARGIN_MS - t.wallMs()), t.signal);
    const late = await attemptConnection(t, token, { expects: 'refusal' });
    const missing = await missingPong(t, connection);
    return {
      late,
      isLateRefused: classifyRefusal(late.outcome).form !== null,
      sessionEnd: connection.closeFacts,
      missingPong: missing,
    };
  });
}

function controlMissing(got: string): HarnessError {
  return new HarnessError(
    'CONTROL_MISSING',
    `expected a token to be accepted before its expiry, got: ${got}`,
    { next: 'Without a use before it, what happens after the expiry says nothing about caches.' },
  );
}
