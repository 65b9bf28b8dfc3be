import { createHttpClient } from '../../http/http-client.ts';
import { MemoryLedger } from '../../http/memory-ledger.ts';
import { chatTurn } from '../chat-turn.ts';
import type { HandshakeResult } from '../handshake.ts';
import { openConnection } from '../opening-handshake.ts';
import { startRawServer } from '../raw-peer.ts';

// A program that uses the clients, disposes of them and must then end by itself. Its argument names the case.
const { signal } = new AbortController();
const { recorder } = new MemoryLedger();
const server = await startRawServer((peer) => {
  if (!peer.head.includes('/hang')) peer.accept();
});

async function open(path: string, budgetMs: number): Promise<HandshakeResult> {
  const url = `ws://127.0.0.1:${server.port}${path}`;
  return openConnection({ url, token: null, authTransport: 'none', runId: 'r', recorder, budgetMs, signal });
}

/** Left pending on purpose: disposal must end it, one way or the other. */
function leavePending(work: Promise<unknown>): void {
  work.then(
    () => {},
    () => {},
  );
}

if (process.argv[2] === 'connection') {
  const result = await open('/ws', 60_000);
  if (result.kind !== 'open') throw new Error(`expected an open connection, got ${result.kind}`);
  leavePending(result.connection.next('nothing', signal));
  leavePending(chatTurn(result.connection, { prompt: 'x', requireTools: false, signal }));
  await result.connection[Symbol.asyncDispose]();
} else {
  const client = createHttpClient({ baseUrl: `http://127.0.0.1:${server.port}`, runId: 'r' });
  const ask = { method: 'GET', path: '/hang', signal, recorder } as const;
  await client.request({ ...ask, budgetMs: 50 });
  leavePending(client.request({ ...ask, budgetMs: 60_000 }));
  const result = await open('/hang', 50);
  if (result.kind !== 'censored') throw new Error(`expected a censored handshake, got ${result.kind}`);
  await client[Symbol.asyncDispose]();
}
await server[Symbol.asyncDispose]();
