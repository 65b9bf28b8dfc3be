import { CloseCode } from '../contract/close-code.ts';
import { describeCloseCode } from '../contract/close-code-vocabulary.ts';
import type { RuleId } from '../contract/rule.ts';
import { matchIdentity } from '../contract/welcome.ts';
import type { AuthTransport, CloseFacts } from '../evidence/evidence.ts';
import { Deadline } from '../foundation/deadline.ts';
import { describeError, HarnessError } from '../foundation/errors.ts';
import { chatTurn } from '../ws/chat-turn.ts';
import { closeBudgetMs } from '../ws/connection-limits.ts';
import type { Connection } from '../ws/connection.ts';
import { openConnection } from '../ws/opening-handshake.ts';
import type { HandshakeResult } from '../ws/handshake.ts';
import { answerHandshake } from '../ws/session-handshake.ts';
import { awaitWelcome } from '../ws/welcome.ts';
import type { Climb, RungOutcome, SessionAttempt } from './climb.ts';
import { endRule, upgradeRule } from './wire-fault.ts';

/** Two at the most: a valid token refused on both is refused, and a third failure could open the target's breaker. */
const TRANSPORTS: readonly AuthTransport[] = ['authorization-header', 'subprotocol-jwt-auth'];

/** A token comes from the configured source, never silently from another one. */
export async function tokenRung(climb: Climb): Promise<RungOutcome> {
  try {
    climb.token = await climb.tokens.tokenFor(climb.user, { signal: climb.signal, recorder: climb.recorder });
  } catch (error) {
    if (climb.signal.aborted || !(error instanceof HarnessError)) throw error;
    if (error.code !== 'TOKEN_REFUSED') {
      return {
        state: 'undecided',
        expected: `a token (source: ${climb.tokens.kind})`,
        actual: describeError(error),
        next: error.next ?? 'Check the auth service and its settings.',
      };
    }
    return {
      state: 'broken',
      rule: exchangeRule(error.details['status']),
      expected: `a token (source: ${climb.tokens.kind})`,
      actual: error.message,
    };
  }
  return { state: 'held', actual: `${climb.tokens.kind}, subject ${climb.token.subject ?? '-'}` };
}

/** The opening handshake ends in 101 for a valid token. */
export async function openingHandshakeRung(climb: Climb): Promise<RungOutcome> {
  const { websocketOrigin } = climb.settings;
  for (const transport of TRANSPORTS) {
    // The second is asked without the Origin first: served, it ends the row of refusals and is the control of the third.
    const bare =
      websocketOrigin === null || climb.attempts.length === 0
        ? null
        : await attemptSession(climb, transport, null);
    if (bare !== null && bare.welcome?.kind !== 'welcome') {
      climb.attempts.push(bare);
      break;
    }
    const attempt = await attemptSession(climb, transport, websocketOrigin);
    climb.attempts.push(attempt);
    if (bare?.handshake.kind === 'open') {
      await bare.handshake.connection.close();
      if (attempt.welcome?.kind !== 'welcome') return originRefused(climb, websocketOrigin ?? '');
    }
    if (!looksLikeAuthRefusal(climb, attempt)) break;
  }
  const opened = climb.attempts.find(({ handshake }) => handshake.kind === 'open');
  const [first] = climb.attempts;
  if (opened !== undefined) {
    const how = opened === first ? '' : ` (the first attempt, ${first?.transport ?? '-'}, was refused)`;
    return { state: 'held', actual: `101 over ${opened.transport}${how}` };
  }
  const expected = 'HTTP 101 for a valid token';
  const actual = climb.attempts.map(describeAttempt).join('; ');
  const handshake = first?.handshake;
  if (handshake?.kind === 'refused')
    return { state: 'broken', rule: refusalRule(handshake.status), expected, actual };
  const rule = handshake?.kind === 'failed' ? upgradeRule(handshake.code) : null;
  if (rule !== null) return { state: 'broken', rule, expected, actual };
  const next = 'Check that WEBSOCKET_URL is right and that every hop forwards the upgrade.';
  return { state: 'undecided', expected, actual, next };
}

/** The welcome comes within its budget and names the user of the token. */
export async function welcomeRung(climb: Climb): Promise<RungOutcome> {
  const accepted = climb.attempts.find(({ welcome }) => welcome?.kind === 'welcome');
  const attempt = accepted ?? climb.attempts.find(({ handshake }) => handshake.kind === 'open');
  if (attempt?.handshake.kind !== 'open' || attempt.welcome === null) {
    throw new TypeError('the welcome rung stands on an open connection');
  }
  const { connection } = attempt.handshake;
  const { welcome } = attempt;
  const expected = 'a welcome as the user of the token';
  switch (welcome.kind) {
    case 'error-first':
      return {
        state: 'broken',
        rule: errorFrameRule(climb, welcome.closed),
        expected,
        actual: climb.attempts.map(describeAttempt).join('; '),
      };
    case 'closed':
      return {
        state: 'broken',
        rule: endRule(connection, welcome.closed),
        expected,
        actual: describeClose(welcome.closed),
      };
    case 'silence': {
      const alive = await isAlive(climb, attempt);
      return {
        state: 'broken',
        rule: alive ? 'WS-WELCOME-MISSING' : 'WS-HALF-OPEN',
        expected: `a welcome within ${welcome.budgetMs} ms`,
        actual: alive ? 'nothing, on a connection that answers pings' : 'nothing, and no pong either',
      };
    }
    case 'welcome':
      break;
  }
  const subject = climb.token?.subject ?? '';
  if (matchIdentity(welcome.welcome, subject) === 'contradicted') {
    return {
      state: 'broken',
      rule: 'AUTH-IDENTITY-WRONG',
      expected: `user ${subject}`,
      actual: `user ${welcome.welcome.userId ?? '-'}`,
    };
  }
  const handshake = climb.missingCapabilities.includes('session-handshake')
    ? null
    : await answerHandshake(connection, {
        budgetMs: climb.budgets.handshake.failMs ?? 2_000,
        signal: climb.signal,
      });
  climb.connection = connection;
  climb.threadId = handshake?.kind === 'complete' ? handshake.threadId : null;
  return {
    state: 'held',
    actual: `${welcome.welcome.variant} after ${welcome.elapsedMs.toFixed(0)} ms over ${attempt.transport}`,
  };
}

/** A ping frame is answered by a pong (RFC 6455 §5.5.2): the connection is not half open. */
export async function livenessRung(climb: Climb): Promise<RungOutcome> {
  const { connection } = climb;
  if (connection === null) throw new TypeError('the liveness rung stands on a welcomed connection');
  const budgetMs = climb.budgets.pong.failMs ?? 5_000;
  using deadline = new Deadline(budgetMs, { parent: climb.signal });
  try {
    const roundTripMs = await connection.ping(deadline.signal);
    return { state: 'held', actual: `pong after ${roundTripMs.toFixed(1)} ms` };
  } catch (error) {
    if (climb.signal.aborted) throw error;
    const { closeFacts } = connection;
    const expected = `a pong within ${budgetMs} ms`;
    if (closeFacts !== null) {
      const rule = endRule(connection, closeFacts);
      return { state: 'broken', rule, expected, actual: describeClose(closeFacts) };
    }
    return (await answersMessages(climb, connection))
      ? {
          state: 'broken',
          rule: 'WS-PONG-MISSING',
          expected,
          actual: 'none, on a connection that answers messages',
        }
      : {
          state: 'broken',
          rule: 'WS-HALF-OPEN',
          expected,
          actual: 'none, and the connection stayed open and silent',
        };
  }
}

/** Whether a `ping` message is answered: a connection that does not answer ping frames need not be dead. */
async function answersMessages(climb: Climb, connection: Connection): Promise<boolean> {
  if (climb.missingCapabilities.includes('application-ping')) return false;
  using deadline = new Deadline(climb.budgets.welcome.failMs ?? 5_000, { parent: climb.signal });
  try {
    const sentAtMs = connection.recorder.now();
    connection.send({ type: 'ping' });
    let answer = await connection.next('an answer to a ping message', deadline.signal);
    while (answer.atMs < sentAtMs) answer = await connection.next('a newer message', deadline.signal);
    return true;
  } catch (error) {
    if (climb.signal.aborted) throw error;
    return false;
  }
}

/** One chat turn reaches its terminal event; silence is never taken for completion. */
export async function chatTurnRung(climb: Climb): Promise<RungOutcome> {
  const { connection } = climb;
  if (connection === null) throw new TypeError('the chat rung stands on a welcomed connection');
  const turn = await chatTurn(connection, {
    prompt: 'Preflight: count the words of this sentence with one tool and answer with the number.',
    threadId: climb.threadId,
    requireTools: false,
    timeScale: climb.settings.timeScale,
    budgetFloorMs: climb.budgetFloorMs,
    dialect: 'tolerant',
    // What comes after the terminal event is judged by the suites.
    graceMs: 0,
    signal: climb.signal,
  });
  await connection.close();
  const expected = `a terminal event within ${climb.budgets.turn.failMs ?? 90_000} ms`;
  const seen = `${turn.events.length} events (${turn.events.map(({ type }) => type).join(', ') || 'none'})`;
  const after = `after ${turn.totalMs.toFixed(0)} ms`;
  switch (turn.ended) {
    case 'terminal': {
      const last = turn.events.find(({ type }) => FAILED_ENDS.includes(type));
      return last === undefined
        ? { state: 'held', actual: `${seen} ${after}` }
        : {
            state: 'broken',
            rule: 'EVT-AGENT-FAILED',
            expected: 'agent_completed',
            actual: `${last.type} ${after}`,
          };
    }
    case 'closed':
      return turn.closed === null
        ? {
            state: 'broken',
            rule: 'ORD-RUN-TRUNCATED',
            expected,
            actual: `the connection ended ${after}, ${seen}`,
          }
        : {
            state: 'broken',
            rule: endRule(connection, turn.closed),
            expected,
            actual: `${describeClose(turn.closed)}, after ${seen}`,
          };
    case 'silence':
      return {
        state: 'broken',
        rule: 'TIM-GAP',
        expected: `an event every ${climb.budgets.eventGap.failMs ?? 90_000} ms`,
        actual: `silence ${after}, after ${seen}`,
      };
    case 'deadline':
      return { state: 'broken', rule: 'TIM-TURN', expected, actual: `none ${after}, after ${seen}` };
    case 'limit':
      return {
        state: 'broken',
        rule: turn.closed === null ? 'EVT-TOO-MANY' : endRule(connection, turn.closed),
        expected,
        actual: `our limit was reached ${after}, ${seen}`,
      };
  }
}

const FAILED_ENDS: readonly string[] = ['agent_failed', 'agent_error', 'agent_death', 'agent_stopped'];

function originRefused(climb: Climb, origin: string): RungOutcome {
  const refused = climb.attempts.map(describeAttempt).join('; ');
  return {
    state: 'broken',
    rule: 'WS-BROWSER-NOT-SERVED',
    expected: `a session for a valid token with Origin ${origin}, as without it`,
    actual: `${refused}; only with Origin: without it the last one is served`,
  };
}

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

/** A refusal that another way of sending the token could avoid: the token, not the service, was the reason. */
function looksLikeAuthRefusal(climb: Climb, { handshake, welcome }: SessionAttempt): boolean {
  if (handshake.kind === 'refused') return handshake.status === 401 || handshake.status === 403;
  if (welcome?.kind === 'error-first') return errorFrameRule(climb, welcome.closed) === 'AUTH-TOKEN-REFUSED';
  return welcome?.kind === 'closed' && welcome.closed.code === CloseCode.PolicyViolation;
}

async function isAlive(climb: Climb, attempt: SessionAttempt): Promise<boolean> {
  if (attempt.handshake.kind !== 'open') return false;
  using deadline = new Deadline(climb.budgets.pong.failMs ?? 5_000, { parent: climb.signal });
  try {
    await attempt.handshake.connection.ping(deadline.signal);
    return true;
  } catch (error) {
    if (climb.signal.aborted) throw error;
    return false;
  }
}

/** Says how a connection ended: code, name, reason, who, when. */
export function describeClose(closed: CloseFacts): string {
  const reason = closed.reason === '' ? 'no reason' : `reason "${closed.reason}"`;
  return `close code ${closed.code} (${describeCloseCode(closed.code).name}), ${reason}, by ${closed.initiator}, ${closed.msSinceOpen.toFixed(0)} ms after open`;
}

function describeAttempt({ transport, handshake, welcome }: SessionAttempt): string {
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
function errorFrameRule(climb: Climb, closed: CloseFacts | null): RuleId {
  const isCrash = closed?.code === CloseCode.InternalError;
  return isCrash && climb.settings.refusalForm !== 'close-1011-after-error'
    ? 'WS-CLOSE-INTERNAL-ERROR'
    : 'AUTH-TOKEN-REFUSED';
}

function refusalRule(status: number): RuleId {
  return status === 429 ? 'WS-RATE-LIMITED' : 'WS-HANDSHAKE-REFUSED';
}

function exchangeRule(status: unknown): RuleId {
  if (status === 503) return 'AUTH-BYPASS-NOT-CONFIGURED';
  if (status === 401 || status === 403) return 'AUTH-BYPASS-REFUSED';
  return 'AUTH-EXCHANGE';
}
