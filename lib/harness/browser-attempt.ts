import type { Token } from '../auth/token.ts';
import type { BrowserPart } from '../contract/browser-opening.ts';
import type { RuleId } from '../contract/rule.ts';
import { describeClose } from '../evidence/close-text.ts';
import type { CloseFacts } from '../evidence/evidence.ts';
import { HarnessError } from '../foundation/errors.ts';
import { upgradeRule } from '../probes/wire-fault.ts';
import type { Connection } from '../ws/connection.ts';
import { answerHandshake } from '../ws/session-handshake.ts';
import type { ChatTurn } from '../ws/turn.ts';
import { awaitWelcome, type WelcomeResult } from '../ws/welcome.ts';
import type { CheckContext } from './check-context.ts';
import { describeNoConnection } from './openings.ts';

/** The way in which a page carries its token: no browser lets it set Authorization (wire-contract.md §12). */
const TRANSPORT = 'subprotocol-public-client';

/** How far a client comes: a 101 answer, a session, a turn to its end. */
export type Stage = 'opening' | 'session' | 'turn';

/** What an opening with some parts of a browser's led to. */
export interface BrowserAttempt {
  readonly parts: readonly BrowserPart[];
  /** Where it broke; null when all was as it should be up to where it went. */
  readonly brokenAt: Stage | null;
  readonly text: string;
  /** The rule that the 101 answer itself breaks; null when it is legal, or none came. */
  readonly illegal: RuleId | null;
  /** Rules that the turn broke. */
  readonly broke: readonly RuleId[];
  /** Whether the target agreed to compress; null without a 101 answer. */
  readonly isCompressed: boolean | null;
  readonly evidence: readonly string[];
}

/** Opens a connection that carries these parts, goes on as far as `until`, and closes it; whatever the target does is a result. */
export async function attemptAs(
  t: CheckContext,
  token: Token,
  parts: readonly BrowserPart[],
  until: Exclude<Stage, 'opening'>,
): Promise<BrowserAttempt> {
  const result = await t.connect({ token, transport: TRANSPORT, browserParts: parts });
  const base = { parts, illegal: null, broke: [], isCompressed: null, evidence: [result.evidence] } as const;
  if (result.kind !== 'open') {
    const illegal = result.kind === 'failed' ? upgradeRule(result.code) : null;
    return { ...base, brokenAt: 'opening', text: describeNoConnection(result), illegal };
  }
  const { connection } = result;
  const extensions = connection.facts.headers['sec-websocket-extensions'];
  const isCompressed = extensions !== undefined;
  // RFC 7692 §5.1: one configuration at most; browsers fail the connection, the library takes the first.
  if (extensions?.includes(',') === true) {
    const text = 'a 101 answer that agrees to permessage-deflate more than once';
    await connection.close();
    return { ...base, isCompressed, brokenAt: 'opening', text, illegal: 'WS-UPGRADE-INVALID' };
  }
  const session = await unlessEnded(connection, 'session', async () => sessionOn(t, connection));
  const isOver = 'brokenAt' in session || until === 'session';
  const end = isOver
    ? session
    : await unlessEnded(connection, 'turn', async () => turnOn(t, connection, session));
  await connection.close();
  return { ...base, isCompressed, brokenAt: null, text: 'served', ...('brokenAt' in end ? end : {}) };
}

type Breakage = Pick<BrowserAttempt, 'brokenAt' | 'text'> &
  Partial<Pick<BrowserAttempt, 'broke' | 'evidence'>>;

interface Opened {
  readonly threadId: string | null;
}

/** An end of the connection, by whomever and for whatever, is a breakage of the stage in which it came. */
async function unlessEnded<T>(
  connection: Connection,
  brokenAt: Stage,
  action: () => Promise<T>,
): Promise<T | Breakage> {
  try {
    return await action();
  } catch (error) {
    const isEnd =
      error instanceof HarnessError &&
      (error.code === 'CONNECTION_CLOSED' || error.code === 'LIMIT_EXCEEDED');
    if (!isEnd) throw error;
    const text = describeEnd(connection, await connection.closed);
    return { brokenAt, text, broke: brokenAt === 'turn' ? ['ORD-TERMINAL-MISSING'] : [] };
  }
}

async function sessionOn(t: CheckContext, connection: Connection): Promise<Opened | Breakage> {
  const { signal, budgets } = t;
  const budgetMs = budgets.welcome.failMs ?? 5_000;
  const welcome = await awaitWelcome(connection, { budgetMs, signal });
  if (welcome.kind !== 'welcome')
    return { brokenAt: 'session', text: describeNoWelcome(connection, welcome, budgetMs) };
  const handshake = t.lacks('session-handshake')
    ? null
    : await answerHandshake(connection, { budgetMs: budgets.handshake.failMs ?? 2_000, signal });
  if (handshake?.kind === 'closed')
    return { brokenAt: 'session', text: describeEnd(connection, handshake.closed) };
  return { threadId: handshake?.kind === 'complete' ? handshake.threadId : null };
}

async function turnOn(
  t: CheckContext,
  connection: Connection,
  { threadId }: Opened,
): Promise<Opened | Breakage> {
  const turn = await t.turn({ connection, threadId }, { prompt: 'say hello' });
  return breakageOf(connection, turn) ?? { threadId };
}

function breakageOf(connection: Connection, turn: ChatTurn): Breakage | null {
  const [first] = turn.violations;
  if (turn.ended === 'terminal' && first === undefined) return null;
  const end =
    turn.closed === null
      ? `${turn.ended} after ${turn.events.length} event(s)`
      : describeEnd(connection, turn.closed);
  const said = first === undefined ? '' : ` (${first.rule}: expected ${first.expected}, got ${first.actual})`;
  const broke = new Set(turn.violations.map(({ rule }) => rule));
  if (turn.ended !== 'terminal') broke.add('ORD-TERMINAL-MISSING');
  return {
    brokenAt: 'turn',
    text: `a turn that ended with ${end}${said}`,
    broke: [...broke],
    evidence: [connection.facts.evidence, turn.evidence],
  };
}

function describeNoWelcome(
  connection: Connection,
  welcome: Exclude<WelcomeResult, { readonly kind: 'welcome' }>,
  budgetMs: number,
): string {
  switch (welcome.kind) {
    case 'closed':
      return describeEnd(connection, welcome.closed);
    case 'error-first':
      return `error frame ${welcome.error.code ?? '-'} instead of a welcome`;
    case 'silence':
      return `no welcome within ${budgetMs} ms`;
  }
}

/** What made us end a connection says more than the close frame that we sent then. */
function describeEnd({ transportError, limitReached }: Connection, closed: CloseFacts): string {
  if (limitReached !== null) return `more than ${limitReached.max} ${LIMITED[limitReached.limit]}`;
  return transportError === null
    ? describeClose(closed)
    : `frames that cannot be read: ${transportError.message}`;
}

const LIMITED = {
  'message-bytes': 'bytes in one message',
  messages: 'messages',
  bytes: 'bytes',
  'control-frames': 'pings and pongs within a second',
} as const;
