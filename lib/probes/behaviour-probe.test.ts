import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { MOST_BEHAVIOUR_REQUESTS } from '../contract/behaviour.ts';
import { observeBehaviours } from './behaviour-probe.ts';
import { openingHandshakeRung } from './opening-handshake-rung.ts';
import { sampleClimb } from './testing/sample-climb.ts';
import { tokenRung } from './token-rung.ts';

const asked: string[] = [];
let accepts: (request: IncomingMessage) => boolean = () => true;
let server: Server;
let url = '';

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`GET ${request.url}`);
    response.writeHead(404).end();
  });
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => false });
  server.on('upgrade', (request, socket, head) => {
    asked.push(`open ${request.url}`);
    if (!accepts(request)) socket.end('HTTP/1.1 403 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    else
      sockets.handleUpgrade(request, socket, head, (open) => {
        open.send(JSON.stringify({ type: 'connection_established', connection_id: 'c1' }));
        open.on('message', () => open.send(JSON.stringify({ type: 'pong' })));
      });
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

/** What a look at the behaviours asks, after the opening handshake of a ladder. */
async function looked(): Promise<readonly string[]> {
  const climb = sampleClimb(url);
  await using _backend = climb.backend;
  await tokenRung(climb);
  await openingHandshakeRung(climb);
  asked.length = 0;
  await observeBehaviours(climb);
  for (const { handshake } of climb.attempts)
    if (handshake.kind === 'open') await handshake.connection.close();
  return asked;
}

describe('a look at the behaviours', () => {
  test('asks no more than the duration of a run counts for it', async () => {
    // Only the path that is configured, and there only what the ladder was accepted with.
    accepts = ({ headers, url: path }) => path === '/ws' && headers.authorization !== undefined;
    const requests = await looked();

    expect(requests).toEqual([
      'GET /health',
      'GET /api/websocket/ticket',
      'open /ws',
      'open /ws',
      expect.stringMatching(/^open \//),
      'open /websocket',
      'open /ws/test',
    ]);
    expect(requests).toHaveLength(MOST_BEHAVIOUR_REQUESTS);
  });

  test('opens nothing at a target that accepts no connection', async () => {
    accepts = () => false;

    expect(await looked()).toEqual(['GET /health', 'GET /api/websocket/ticket']);
  });
});
