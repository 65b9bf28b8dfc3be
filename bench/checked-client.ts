import type { Recorder } from '../lib/evidence/ledger.ts';
import type { SecretIndex } from '../lib/foundation/redaction.ts';
import type { BearerToken } from '../lib/http/bearer-token.ts';
import { chatTurn } from '../lib/ws/chat-turn.ts';
import type { Connection } from '../lib/ws/connection.ts';
import { openConnection } from '../lib/ws/opening-handshake.ts';
import type { WebSocketTransport } from '../lib/ws/transport.ts';
import { total, type LoadSession, type LoadUser } from './load-session.ts';

export interface CheckedOptions {
  readonly recorder: Recorder;
  readonly secrets: SecretIndex;
  readonly ledger: 'full' | 'digest';
  readonly transport: WebSocketTransport;
}

/** The real client path: connection, fold, shape, order, timing, ledger, one turn after the other. */
export async function openChecked(users: readonly LoadUser[], options: CheckedOptions): Promise<LoadSession> {
  const connections = await Promise.all(users.map((user) => open(user, options)));
  return {
    drive: async (isOver) =>
      total(await Promise.all(connections.map((connection) => drive(connection, isOver)))),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(connections.map((connection) => connection.close()));
    },
  };
}

async function open({ url, subject }: LoadUser, options: CheckedOptions): Promise<Connection> {
  // The load server asks for no token; the subject is what the events must carry.
  const token: BearerToken = { reveal: () => 'none', subject, fingerprint: 'none' };
  const result = await openConnection({
    url,
    token,
    authTransport: 'none',
    runId: 'bench',
    budgetMs: 10_000,
    limits: { maxMessages: Number.MAX_SAFE_INTEGER, maxBytes: Number.MAX_SAFE_INTEGER },
    signal: new AbortController().signal,
    ...options,
  });
  if (result.kind !== 'open') throw new Error(`expected an open connection, got ${result.kind}`);
  return result.connection;
}

async function drive(connection: Connection, isOver: () => boolean): Promise<number> {
  const { signal } = new AbortController();
  let events = 0;
  do {
    const turn = await chatTurn(connection, {
      prompt: 'compare the spend',
      requireTools: true,
      graceMs: 0,
      signal,
    });
    events += turn.events.length;
    const [broken] = turn.violations;
    if (turn.ended !== 'terminal' || broken !== undefined || turn.events.length !== 7) {
      throw new Error(`expected a legal turn, got ${turn.ended} ${JSON.stringify(broken)}`);
    }
  } while (!isOver());
  return events;
}
