import type { User } from '../auth/user.ts';
import { describeClose } from '../evidence/close-text.ts';
import type { CloseFacts } from '../evidence/evidence.ts';
import { Deadline } from '../foundation/deadline.ts';
import { HarnessError } from '../foundation/errors.ts';
import { closeRule } from '../probes/wire-fault.ts';
import type { Connection, ReceivedMessage } from '../ws/connection.ts';
import { nextWithin } from '../ws/next-within.ts';
import { answerHandshake } from '../ws/session-handshake.ts';
import { awaitWelcome } from '../ws/welcome.ts';
import type { ConnectOptions } from './check-connections.ts';
import type { CheckContext } from './check-context.ts';
import { wireType } from './frame-wait.ts';
import type { TriggerOutcome } from './reproduction.ts';

/** What came of a message: the message waited for, the end of the connection, or nothing within the budget. */
export type Reply =
  | { readonly kind: 'message'; readonly message: ReceivedMessage }
  | { readonly kind: 'closed'; readonly closed: CloseFacts }
  | { readonly kind: 'silence'; readonly budgetMs: number };

/** Waits for the first message that `accepts`, passing over all others. */
export async function awaitReply(
  t: CheckContext,
  connection: Connection,
  wanted: {
    readonly what: string;
    readonly budgetMs: number;
    readonly accepts: (m: ReceivedMessage) => boolean;
  },
): Promise<Reply> {
  using deadline = new Deadline(wanted.budgetMs, { parent: t.signal });
  for (;;) {
    const message = await nextWithin(connection, wanted.what, deadline, t.signal);
    if (message === 'silence') return { kind: 'silence', budgetMs: wanted.budgetMs };
    if (message === 'closed') return { kind: 'closed', closed: await connection.closed };
    if (wanted.accepts(message)) return { kind: 'message', message };
  }
}

/** Sends a message; returns false when the connection has ended, or is ending: the reply then says how. */
export function trySend(connection: Connection, message: object): boolean {
  try {
    connection.send(message);
    return true;
  } catch (error) {
    if (error instanceof HarnessError && error.code === 'CONNECTION_CLOSED') return false;
    throw error;
  }
}

/** Waits for the end of a turn: its first event within the budget of a first event, the rest within that of a turn. */
export async function awaitTurnEnd(t: CheckContext, connection: Connection): Promise<Reply> {
  const first = await awaitReply(t, connection, {
    what: 'an event of the turn',
    budgetMs: t.budgets.firstEvent.failMs ?? 15_000,
    accepts: ({ frame }) => frame.kind === 'agent-event',
  });
  if (first.kind !== 'message' || isTurnEnd(first.message)) return first;
  const budgetMs = t.budgets.turn.failMs ?? 90_000;
  return awaitReply(t, connection, { what: 'the end of a turn', budgetMs, accepts: isTurnEnd });
}

/** Accepts the end of a turn, whatever it was. */
function isTurnEnd({ frame }: ReceivedMessage): boolean {
  return frame.kind === 'agent-event' && TURN_ENDS.includes(frame.event.type);
}

const TURN_ENDS: readonly string[] = ['agent_completed', 'agent_failed', 'agent_error', 'agent_stopped'];

/** Accepts the answer to a `ping` message. */
export function isPong(message: ReceivedMessage): boolean {
  return wireType(message) === 'pong';
}

/** Opens a connection on which a start leaves before anything is read, and waits for the end of its turn. */
export async function startAtOnce(t: CheckContext, options: ConnectOptions): Promise<TriggerOutcome> {
  const result = await t.connect(options);
  if (result.kind !== 'open')
    return { kind: 'undecided', why: `the opening handshake ended as ${result.kind}` };
  const reply = await awaitTurnEnd(t, result.connection);
  const outcome = outcomeOf(reply, 'the end of a turn', [result.evidence]);
  await result.connection.close();
  return outcome;
}

/** A close code 1011 is the incident; another end, or silence, decides nothing about it. */
export function outcomeOf(reply: Reply, what: string, evidence: readonly string[]): TriggerOutcome {
  switch (reply.kind) {
    case 'message':
      return { kind: 'absent' };
    case 'silence':
      return { kind: 'undecided', why: `no ${what} within ${reply.budgetMs} ms` };
    case 'closed': {
      const text = describeClose(reply.closed);
      const rule = closeRule(reply.closed);
      if (rule !== 'WS-CLOSE-INTERNAL-ERROR') return { kind: 'undecided', why: text };
      return {
        kind: 'reproduced',
        rule,
        where: `connection that waited for ${what}`,
        actual: text,
        evidence,
      };
    }
  }
}

/** How an opening with a valid token ended, up to the welcome. */
export async function initialised(t: CheckContext, options: ConnectOptions): Promise<TriggerOutcome> {
  const opened = await welcomed(t, options);
  return opened.kind === 'open' ? { kind: 'absent' } : opened.outcome;
}

/** A connection that was welcomed, or how its opening ended instead: no finding of the check, whose incident may be another. */
type Opened =
  | { readonly kind: 'open'; readonly connection: Connection }
  | { readonly kind: 'ended'; readonly outcome: TriggerOutcome };

async function welcomed(t: CheckContext, options: ConnectOptions): Promise<Opened> {
  const result = await t.connect(options);
  if (result.kind !== 'open') return undecided(`the opening handshake ended as ${result.kind}`);
  const budgetMs = t.budgets.welcome.failMs ?? 5_000;
  const welcome = await awaitWelcome(result.connection, { budgetMs, signal: t.signal });
  const evidence = [result.evidence];
  const where = 'opening, before the welcome';
  switch (welcome.kind) {
    case 'welcome':
      return { kind: 'open', connection: result.connection };
    case 'silence':
      return undecided(`no welcome within ${budgetMs} ms`);
    case 'closed': {
      const reply = { kind: 'closed', closed: welcome.closed } as const;
      return { kind: 'ended', outcome: outcomeOf(reply, 'a welcome', evidence) };
    }
    case 'error-first': {
      const code = welcome.error.code ?? '-';
      const end = welcome.closed === null ? 'left open' : describeClose(welcome.closed);
      const actual = `error frame ${code}, then ${end}`;
      const crashed = welcome.closed !== null && closeRule(welcome.closed) === 'WS-CLOSE-INTERNAL-ERROR';
      const outcome = {
        kind: 'reproduced',
        rule: 'WS-CLOSE-INTERNAL-ERROR',
        where,
        actual,
        evidence,
      } as const;
      return crashed ? { kind: 'ended', outcome } : undecided(actual);
    }
  }
}

function undecided(why: string): Opened {
  return { kind: 'ended', outcome: { kind: 'undecided', why } };
}

/** A connection that is ready for a trigger, after welcome and session handshake. */
export type ReadyForTrigger =
  | { readonly kind: 'ready'; readonly connection: Connection; readonly threadId: string | null }
  | { readonly kind: 'ended'; readonly outcome: TriggerOutcome };

/** Opens a connection as a user for a trigger that comes after welcome and session handshake; what ended it is the outcome. */
export async function readyForTrigger(t: CheckContext, user: User): Promise<ReadyForTrigger> {
  const opened = await welcomed(t, { token: await t.token(user) });
  if (opened.kind === 'ended') return opened;
  const { connection } = opened;
  if (t.lacks('session-handshake')) return { kind: 'ready', connection, threadId: null };
  const budgetMs = t.budgets.handshake.failMs ?? 2_000;
  const handshake = await answerHandshake(connection, { budgetMs, signal: t.signal });
  if (handshake.kind === 'closed') {
    const reply = { kind: 'closed', closed: handshake.closed } as const;
    return { kind: 'ended', outcome: outcomeOf(reply, 'the session handshake', [connection.facts.evidence]) };
  }
  return { kind: 'ready', connection, threadId: handshake.kind === 'complete' ? handshake.threadId : null };
}
