import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { WebSocket } from 'ws';
import { systemClock } from '../../foundation/clock.ts';
import type { TemporaryFolder } from '../../foundation/testing/temporary-folder.ts';
import type { Runtime } from '../runtime.ts';
import { startRuntime } from './running-check.ts';

/** A target that is not ours and says no more of the canonical dialect than its test needs, on real sockets. */
export class SmallTarget implements AsyncDisposable {
  readonly server: Server = createServer();
  #port = 0;

  async listen(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    const address = this.server.address();
    this.#port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  }

  /** The runtime of a worker whose target this is. @param path that is configured, default `/ws` */
  async runtime(folder: TemporaryFolder, path = '/ws'): Promise<Runtime> {
    return startRuntime(folder, {
      backendUrl: `http://127.0.0.1:${this.#port}`,
      websocketUrl: `ws://127.0.0.1:${this.#port}${path}`,
      embedded: false,
      lacks: ['session-handshake'],
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Sends the welcome, and hands over the run id of each start message. */
export function greet(socket: WebSocket, onStart: (runId: unknown) => void): void {
  socket.send(JSON.stringify({ type: 'connection_established', connection_id: 'c1' }));
  socket.on('message', (data) => {
    const message: unknown = JSON.parse(Buffer.isBuffer(data) ? data.toString('utf8') : '');
    const payload: unknown =
      typeof message === 'object' && message !== null ? Reflect.get(message, 'payload') : null;
    const runId: unknown =
      typeof payload === 'object' && payload !== null ? Reflect.get(payload, 'run_id') : null;
    onStart(runId);
  });
}

/** Sends one event of a run, once per type. */
export function sendEvent(socket: WebSocket, type: string, runId: unknown): void {
  const ids = { run_id: runId, thread_id: 't1', agent_name: 'a', event_id: `${type}-1` };
  const data = { ...ids, final_response: 'hello' };
  socket.send(JSON.stringify({ type, ...ids, timestamp: systemClock.wallTime().getTime() / 1_000, data }));
}
