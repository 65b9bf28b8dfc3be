import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** Runs a program against the clients and returns its exit code; null when it had to be killed. */
async function exitOf(program: string): Promise<number | null> {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), 8_000);
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  clearTimeout(timer);
  return code;
}

const setting = `
  import { startRawServer } from './raw-peer.ts';
  import { openConnection } from './opening-handshake.ts';
  import { MemoryLedger } from '../http/memory-ledger.ts';
  import { createHttpClient } from '../http/http-client.ts';
  import { chatTurn } from './chat-turn.ts';
  const { signal } = new AbortController();
  const { recorder } = new MemoryLedger();
  const open = (url, budgetMs = 60000) =>
    openConnection({ url, token: null, authTransport: 'none', runId: 'r', recorder, budgetMs, signal });
  const server = await startRawServer((peer) => { if (!peer.head.includes('/hang')) peer.accept(); });
`;

describe('disposal', () => {
  test('lets the process exit by itself after a connection was disposed', async () => {
    const code = await exitOf(`${setting}
      const { connection } = await open(server.url);
      connection.next('nothing', signal).catch(() => {});
      chatTurn(connection, { prompt: 'x', requireTools: false, signal }).catch(() => {});
      await connection[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    `);

    expect(code).toBe(0);
  });

  test('lets the process exit by itself after a censored handshake and an HTTP client that was disposed', async () => {
    const code = await exitOf(`${setting}
      const base = 'http://127.0.0.1:' + server.port;
      const client = createHttpClient({ baseUrl: base, runId: 'r' });
      await client.request({ method: 'GET', path: '/hang', budgetMs: 50, signal, recorder });
      client.request({ method: 'GET', path: '/hang', budgetMs: 60000, signal, recorder });
      const result = await open('ws://127.0.0.1:' + server.port + '/hang', 50);
      if (result.kind !== 'censored') process.exitCode = 9;
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    `);

    expect(code).toBe(0);
  });
});
