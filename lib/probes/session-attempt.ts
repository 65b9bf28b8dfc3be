import { CloseCode } from '../contract/close-code.ts';
import type { RuleId } from '../contract/rule.ts';
import { describeClose } from '../evidence/close-text.ts';
import type { AuthTransport, CloseFacts } from '../evidence/evidence.ts';
import { closeBudgetMs } from '../ws/connection-limits.ts';
import type { HandshakeResult } from '../ws/handshake.ts';
import { openConnection } from '../ws/opening-handshake.ts';
import { awaitWelcome } from '../ws/welcome.ts';
import type { Climb, SessionAttempt } from './climb.ts';

/**
 * Opens the socket path over one transport and waits for the welcome.
 * @param origin what a browser would send; null for none. @throws the reason of the climb's signal.
 */
export async function attemptSession(
  climb: Climb,
  transport: AuthTransport,
  origin: string | null,
): Promise<SessionAttempt> {
  const handshake = await openAt(climb, { url: climb.settings.websocketUrl, transport, origin });
  if (handshake.kind !== 'open') return { transport, handshake, welcome: null };
  const welcome = await awaitWelcome(handshake.connection, {
    budgetMs: climb.budgets.welcome.failMs ?? 5_000,
    signal: climb.signal,
  });
  return { transport, handshake, welcome };
}

/** Attempts one opening handshake as the user of the climb. @throws the reason of the climb's signal. */
export async function openAt(
  climb: Climb,
  {
    url,
    transport,
    origin,
  }: { readonly url: string; readonly transport: AuthTransport; readonly origin: string | null },
): Promise<HandshakeResult> {
  await climb.pace.turn(climb.signal);
  return openConnection({
    url,
    token: climb.token,
    authTransport: transport,
    runId: climb.runId,
    environment: climb.settings.marker,
    origin,
    cookies: climb.backend.cookies,
    recorder: climb.recorder,
    secrets: climb.secrets,
    budgetMs: climb.budgets.connect.failMs ?? 10_000,
    limits: { closeBudgetMs: closeBudgetMs(climb.settings.timeScale) },
    signal: climb.signal,
    ...(climb.caPem === null ? {} : { caPem: climb.caPem }),
  });
}

/** Says what an attempt came to: refused, failed, or how its session began. */
export function describeAttempt({ transport, handshake, welcome }: SessionAttempt): string {
  switch (handshake.kind) {
    case 'refused':
      return `${transport}: HTTP ${handshake.status}`;
    case 'failed':
      return `${transport}: no connection, phase ${handshake.phase}, ${handshake.cause}`;
    case 'censored':
      return `${transport}: no answer within ${handshake.budgetMs} ms, phase ${handshake.phase}`;
    case 'open':
      break;
  }
  if (welcome?.kind === 'error-first') {
    const end = welcome.closed === null ? 'left open' : describeClose(welcome.closed);
    return `${transport}: error frame ${welcome.error.code ?? '-'}, then ${end}`;
  }
  if (welcome?.kind === 'closed') return `${transport}: ${describeClose(welcome.closed)}`;
  return `${transport}: ${welcome?.kind ?? 'open'}`;
}

/** An error frame is a refusal unless it ends in 1011, which is one only for a target that declares so. */
export function errorFrameRule(climb: Climb, closed: CloseFacts | null): RuleId {
  const isCrash = closed?.code === CloseCode.InternalError;
  return isCrash && climb.settings.refusalForm !== 'close-1011-after-error'
    ? 'WS-CLOSE-INTERNAL-ERROR'
    : 'AUTH-TOKEN-REFUSED';
}
