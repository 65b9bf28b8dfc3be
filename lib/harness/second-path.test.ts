import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { HarnessError } from '../foundation/errors.ts';
import { TemporaryFolder } from '../foundation/testing/temporary-folder.ts';
import type { Runtime } from './runtime.ts';
import { expectSecondPathServed } from './second-path.ts';
import { RunningCheck, startRuntime } from './testing/running-check.ts';

const folder = new TemporaryFolder();
const opened: string[] = [];
let breaks: (path: string) => boolean = () => false;
let server: Server;
let port = 0;
let runtime: Runtime;

/** Speaks as much of the canonical dialect as one turn needs; a turn that breaks ends with the connection. */
function serve(socket: WebSocket, isBroken: boolean): void {
  const send = (message: object): void => socket.send(JSON.stringify(message));
  send({ type: 'connection_established', connection_id: 'c1' });
  socket.on('message', (data) => {
    const message: unknown = JSON.parse(Buffer.isBuffer(data) ? data.toString('utf8') : '');
    const payload = typeof message === 'object' && message !== null ? Reflect.get(message, 'payload') : null;
    const runId: unknown =
      typeof payload === 'object' && payload !== null ? Reflect.get(payload, 'run_id') : null;
    const types = ['agent_started', 'agent_thinking', 'agent_completed'];
    for (const type of isBroken ? types.slice(0, 1) : types) {
      const ids = { run_id: runId, thread_id: 't1', agent_name: 'a', event_id: `${type}-1` };
      send({ type, ...ids, timestamp: Date.now() / 1000, data: { final_response: 'hello' } });
    }
    if (isBroken) socket.close(1000, 'over');
  });
}

beforeAll(async () => {
  server = createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket, request) => {
    const path = request.url ?? '';
    opened.push(path);
    serve(socket, breaks(path));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  runtime = await startRuntime(folder, target('/chat/ws'));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  folder[Symbol.dispose]();
});
beforeEach(() => {
  opened.length = 0;
});

const target = (path: string) => ({
  backendUrl: `http://127.0.0.1:${port}`,
  websocketUrl: `ws://127.0.0.1:${port}${path}`,
  embedded: false,
  lacks: ['session-handshake'] as const,
});

async function judged(of: Runtime): Promise<readonly string[]> {
  await using check = new RunningCheck(of);
  try {
    await expectSecondPathServed(check.t);
    return check.rules();
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    return [error.code];
  }
}

describe('the second socket path of a target that is not ours', () => {
  test('is asked below the prefix of the configured one, once when its turn holds', async () => {
    breaks = () => false;

    expect(await judged(runtime)).toEqual([]);
    expect(opened).toEqual(['/chat/api/v1/websocket']);
  });

  test('is red where a turn breaks there, twice, and holds at the configured one', async () => {
    breaks = (path) => path !== '/chat/ws';

    expect(await judged(runtime)).toEqual(['WS-PATH-NOT-SERVED']);
    expect(opened).toEqual(['/chat/api/v1/websocket', '/chat/ws', '/chat/api/v1/websocket']);
  });

  test('leaves a turn that breaks at both to those who judge turns', async () => {
    breaks = () => true;

    expect(await judged(runtime)).toEqual([]);
    expect(opened).toEqual(['/chat/api/v1/websocket', '/chat/ws']);
  });

  test('has no verdict about a turn that holds when it is repeated', async () => {
    breaks = () => opened.length === 1;

    expect(await judged(runtime)).toEqual(['EVIDENCE_MISSING']);
  });

  test('is not guessed where the configured one is none of the two', async () => {
    using other = new TemporaryFolder();

    expect(await judged(await startRuntime(other, target('/socket')))).toEqual(['CAPABILITY_MISSING']);
    expect(opened).toEqual([]);
  });
});
