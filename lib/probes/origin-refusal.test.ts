import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { RungOutcome } from './climb.ts';
import { openingHandshakeRung } from './opening-handshake-rung.ts';
import { sampleClimb } from './testing/sample-climb.ts';
import { tokenRung } from './token-rung.ts';

const ORIGIN = 'https://app.example';

const asked: string[] = [];
let refuses: (request: IncomingMessage) => boolean = () => false;
let server: Server;
let url = '';

const carrierOf = ({ headers }: IncomingMessage): string =>
  headers.authorization === undefined ? 'subprotocol' : 'header';

beforeAll(async () => {
  server = createServer();
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => [...offered][0] ?? false,
  });
  sockets.on('connection', (socket: WebSocket) =>
    socket.send(JSON.stringify({ type: 'connection_established', connection_id: 'c1' })),
  );
  server.on('upgrade', (request, socket, head) => {
    asked.push(`${carrierOf(request)} ${request.headers.origin ?? 'without'}`);
    if (refuses(request)) socket.end('HTTP/1.1 403 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    else sockets.handleUpgrade(request, socket, head, (open) => sockets.emit('connection', open, request));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  asked.length = 0;
});

/** The outcome of the rung for a client that sends this Origin. */
async function climbed(websocketOrigin: string | null): Promise<RungOutcome> {
  const climb = sampleClimb(url, websocketOrigin);
  await using _backend = climb.backend;
  await tokenRung(climb);
  const outcome = await openingHandshakeRung(climb);
  for (const { handshake } of climb.attempts)
    if (handshake.kind === 'open') await handshake.connection.close();
  return outcome;
}

describe('an Origin of the settings', () => {
  test('is what a refusal follows from when the same opening is served without it', async () => {
    refuses = ({ headers }) => headers.origin !== undefined;

    expect(await climbed(ORIGIN)).toMatchObject({
      state: 'broken',
      rule: 'WS-BROWSER-NOT-SERVED',
      expected: expect.stringContaining(ORIGIN),
      actual: expect.stringContaining('only with Origin'),
    });
    expect(asked).toEqual([`header ${ORIGIN}`, 'subprotocol without', `subprotocol ${ORIGIN}`]);
  });

  test('is not blamed where nobody is served, and no third refusal is asked for', async () => {
    refuses = () => true;

    expect(await climbed(ORIGIN)).toMatchObject({ state: 'broken', rule: 'WS-HANDSHAKE-REFUSED' });
    expect(asked).toHaveLength(2);
  });

  test('is not blamed for a header that is dropped on the way', async () => {
    refuses = (request) => carrierOf(request) === 'header';

    expect(await climbed(ORIGIN)).toMatchObject({ state: 'held' });
  });

  test('is not asked about where none is sent', async () => {
    refuses = (request) => carrierOf(request) === 'header';

    expect(await climbed(null)).toMatchObject({ state: 'held' });
    expect(asked).toEqual(['header without', 'subprotocol without']);
  });
});
