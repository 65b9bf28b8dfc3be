import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { constants, deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { BROWSER_PARTS, type BrowserPart, browserPartsOf } from '../contract/browser-opening.ts';
import { MemoryLedger } from '../http/memory-ledger.ts';
import { endRule, upgradeRule } from '../probes/wire-fault.ts';
import type { Connection } from '../ws/connection.ts';
import type { HandshakeResult } from '../ws/handshake.ts';
import { openConnection } from '../ws/opening-handshake.ts';
import { type RawPeer, startRawServer } from '../ws/raw-peer.ts';
import { browserOpening } from './browser-identity.ts';

const TARGET = { websocketOrigin: null, backendUrl: 'https://api.example:8443/base' };
/** Long and alike enough that no peer that agreed to compress sends it as it stands. */
const TEXT = JSON.stringify({ type: 'agent_started', text: 'again and '.repeat(500) });
const AGREED = 'Sec-WebSocket-Extensions: permessage-deflate';
const BOMB_BYTES = 64 * 1_048_576;

const open = async (
  url: string,
  parts: readonly BrowserPart[],
  ledger = new MemoryLedger(),
): Promise<HandshakeResult> =>
  openConnection({
    url,
    token: null,
    authTransport: 'none',
    runId: 'run-1',
    recorder: ledger.recorder,
    budgetMs: 2_000,
    signal: AbortSignal.timeout(5_000),
    ...browserOpening(TARGET, parts),
  });

function connectionOf(result: HandshakeResult): Connection {
  if (result.kind !== 'open') throw new Error(`expected an open connection, got ${result.kind}`);
  return result.connection;
}

interface Seen {
  headers: IncomingHttpHeaders;
  extensions: string;
  received: string;
}

/** Says TEXT to a server of the library and hears it again. */
async function exchange(
  compresses: boolean,
  parts: readonly BrowserPart[] = BROWSER_PARTS,
): Promise<Seen & { readonly ledger: MemoryLedger; readonly heard: string }> {
  const perMessageDeflate = compresses ? { threshold: 0 } : false;
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate });
  await once(server, 'listening');
  const seen: Seen = { headers: {}, extensions: '', received: '' };
  server.on('connection', (socket: WebSocket, request) => {
    seen.headers = request.headers;
    seen.extensions = socket.extensions;
    socket.on('message', (data) => {
      seen.received = Buffer.isBuffer(data) ? data.toString('utf8') : '';
      socket.send(TEXT);
    });
  });
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const ledger = new MemoryLedger();
  const connection = connectionOf(await open(`ws://127.0.0.1:${port}/ws`, parts, ledger));
  connection.sendText(TEXT);
  const { text } = await connection.next('an answer', AbortSignal.timeout(5_000));
  await connection.close();
  server.close();
  return { ...seen, ledger, heard: text };
}

const compressed = (payload: Buffer): Buffer => {
  const head = Buffer.from([0xc1, 0x7f, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(payload.length, 6);
  return Buffer.concat([head, payload]);
};

const bomb = (): Buffer => {
  const data = deflateRawSync(Buffer.alloc(BOMB_BYTES, 0x20), { finishFlush: constants.Z_SYNC_FLUSH });
  return compressed(data.subarray(0, -4));
};

describe('an opening as a browser makes it', () => {
  test.for([
    ['agrees to', true, 'permessage-deflate'],
    ['declines', false, ''],
  ] as const)('is spoken with a peer that %s compression', async ([, compresses, extensions]) => {
    const seen = await exchange(compresses);

    expect(seen.extensions).toBe(extensions);
    expect(seen.received).toBe(TEXT);
    expect(seen.heard).toBe(TEXT);
  });

  test('carries Origin, User-Agent and offer of a browser, and its record says so', async () => {
    const { headers, ledger } = await exchange(false);

    const expected = {
      origin: 'https://api.example:8443',
      'sec-websocket-extensions': 'permessage-deflate; client_max_window_bits',
    };
    expect(headers).toMatchObject(expected);
    expect(headers['user-agent']).toMatch(/^Mozilla\/5\.0 .* stagegate\//);
    expect(headers.authorization).toBeUndefined();
    expect(ledger.bodies('ws.handshake')[0]?.requestHeaders).toMatchObject(expected);
  });

  test.for([[[]], [['Origin']], [['Sec-WebSocket-Extensions']], [['User-Agent']]] as const)(
    'carries %s alone when told to, in its record as well',
    async ([parts]) => {
      const { headers, ledger } = await exchange(true, parts);

      expect(BROWSER_PARTS.filter((part) => part !== 'User-Agent' && part.toLowerCase() in headers)).toEqual(
        parts.filter((part) => part !== 'User-Agent'),
      );
      expect(browserPartsOf(ledger.bodies('ws.handshake')[0]?.requestHeaders ?? {})).toEqual(parts);
    },
  );

  test('comes from the page that the settings name', () => {
    const { origin } = browserOpening({ ...TARGET, websocketOrigin: 'https://app.example' }, BROWSER_PARTS);

    expect(origin).toBe('https://app.example');
  });
});

describe('a peer that was offered compression', () => {
  test.for<readonly [name: string, frame: () => Buffer, rule: string, lines: readonly string[]]>([
    ['sends what does not inflate', () => compressed(Buffer.from([0xff])), 'WS-PROTOCOL-ERROR', [AGREED]],
    ['sends a message that inflates to 64 MiB', bomb, 'WS-MESSAGE-TOO-BIG', [AGREED]],
    ['compresses and did not agree to', () => compressed(Buffer.from([0])), 'WS-PROTOCOL-ERROR', []],
  ])('is left when it %s', async ([, frame, rule, lines]) => {
    await using server = await startRawServer((peer: RawPeer) => {
      peer.accept(lines);
      peer.write(frame());
    });
    const connection = connectionOf(await open(server.url, BROWSER_PARTS));

    const closed = await connection.closed;

    expect(closed).toMatchObject({ initiator: 'local', messagesIn: 0, bytesIn: 0 });
    expect(endRule(connection, closed)).toBe(rule);
  });

  test('is left when the sum of what its messages inflate to is beyond the limit', async () => {
    const part = deflateRawSync(Buffer.alloc(1_048_576, 0x20), { finishFlush: constants.Z_SYNC_FLUSH });
    await using server = await startRawServer((peer: RawPeer) => {
      peer.accept([`${AGREED}; server_no_context_takeover`]);
      for (let sent = 0; sent < 100; sent += 1) peer.write(compressed(part.subarray(0, -4)));
    });
    const connection = connectionOf(await open(server.url, BROWSER_PARTS));

    const closed = await connection.closed;

    expect(connection.limitReached).toMatchObject({ limit: 'bytes' });
    expect(closed.bytesIn).toBeLessThan(BOMB_BYTES + 2 * 1_048_576);
  });

  test.for([
    ['another extension', 'Sec-WebSocket-Extensions: x-webkit-deflate-frame', 'EXTENSION_NOT_OFFERED'],
    ['one more', `${AGREED}, permessage-bzip2`, 'EXTENSION_NOT_OFFERED'],
    ['a window that does not exist', `${AGREED}; server_max_window_bits=7`, 'UPGRADE_INVALID'],
  ] as const)('breaks the opening handshake by agreeing to %s', async ([, line, code]) => {
    await using server = await startRawServer((peer: RawPeer) => peer.accept([line]));

    const result = await open(server.url, BROWSER_PARTS);

    expect(result).toMatchObject({ kind: 'failed', code });
    expect(upgradeRule(code)).toBe('WS-UPGRADE-INVALID');
  });
});
