import { WebSocket } from 'ws';
import { startAgent } from '../lib/contract/client-message.ts';
import { total, type LoadSession, type LoadUser } from './load-session.ts';

/** The bytes that the checked client sends, so that both conversations are the same. */
const START = JSON.stringify(
  startAgent('compare the spend', { threadId: null, runId: 'run_00000000deadbeef' }),
);

/** The floor: bare `ws` and `JSON.parse`, one turn after the other. */
export async function openFloor(users: readonly LoadUser[]): Promise<LoadSession> {
  const sockets = await Promise.all(users.map(({ url }) => openBare(url)));
  return {
    drive: async (isOver) => total(await Promise.all(sockets.map((socket) => driveBare(socket, isOver)))),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(sockets.map((socket) => closeBare(socket)));
    },
  };
}

/** Opens one bare connection. */
export async function openBare(url: string, token?: string): Promise<WebSocket> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const socket = new WebSocket(url, { perMessageDeflate: false, headers });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return socket;
}

export async function closeBare(socket: WebSocket): Promise<void> {
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.close();
  await closed;
}

async function driveBare(socket: WebSocket, isOver: () => boolean): Promise<number> {
  let events = 0;
  await new Promise<void>((resolve) => {
    socket.removeAllListeners('message');
    socket.on('message', (data: Buffer) => {
      const event: unknown = JSON.parse(data.toString('utf8'));
      events += 1;
      if (typeof event !== 'object' || event === null || !('type' in event)) return;
      if (event.type !== 'agent_completed') return;
      if (isOver()) resolve();
      else socket.send(START);
    });
    socket.send(START);
  });
  return events;
}
