import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { Deadline } from '../foundation/deadline.ts';
import { MemoryLedger } from '../http/memory-ledger.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import type { Connection } from './connection.ts';
import { openConnection } from './opening-handshake.ts';
import {
  closeFrame,
  serverFrame,
  startRawServer,
  textFrame,
  type RawPeer,
  type RawServer,
} from './raw-peer.ts';

const { signal } = new AbortController();

interface Session extends AsyncDisposable {
  readonly connection: Connection;
  readonly ledger: MemoryLedger;
  readonly server: RawServer;
}

async function connect(
  script: (peer: RawPeer) => void,
  limits: Partial<ConnectionLimits> = {},
  ledgerMode: 'full' | 'digest' = 'full',
): Promise<Session> {
  const ledger = new MemoryLedger();
  const server = await startRawServer((peer) => {
    peer.accept();
    script(peer);
  });
  const result = await openConnection({
    url: server.url,
    token: null,
    authTransport: 'none',
    runId: 'run-1',
    recorder: ledger.recorder,
    secrets: ledger.secrets,
    limits: { closeBudgetMs: 60, ...limits },
    ledger: ledgerMode,
    budgetMs: 2_000,
    signal,
  });
  if (result.kind !== 'open') throw new Error(`expected an open connection, got ${result.kind}`);
  return {
    connection: result.connection,
    ledger,
    server,
    [Symbol.asyncDispose]: async () => {
      await result.connection[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Answers every text message with itself and a close frame with itself. */
const echo = (peer: RawPeer): void =>
  peer.onFrame((opcode, payload) => {
    if (opcode === 0x1) peer.write(serverFrame(0x1, payload));
    if (opcode === 0x8) peer.socket.end(serverFrame(0x8, payload));
  });

describe('connection', () => {
  test('loses no message that comes before anybody waits', async () => {
    await using session = await connect((peer) => {
      echo(peer);
      peer.write(...Array.from({ length: 50 }, (_, at) => textFrame(`{"type":"n${at}"}`)));
    });
    const { connection } = session;

    const types: string[] = [];
    for (let at = 0; at < 50; at += 1) types.push((await connection.next('a message', signal)).text);

    expect(types).toEqual(Array.from({ length: 50 }, (_, at) => `{"type":"n${at}"}`));
  });

  test('records messages both ways with sequence, bytes, type and sample', async () => {
    await using session = await connect(echo);
    const { connection, ledger } = session;

    connection.send({ type: 'start_agent', text: 'é' });
    const message = await connection.next('the echo', signal);

    expect(message).toMatchObject({ seq: 1, bytes: 34, binary: false, frame: { kind: 'unknown' } });
    expect(ledger.bodies('ws.message')).toMatchObject([
      {
        direction: 'out',
        seq: 1,
        bytes: 34,
        type: 'start_agent',
        sample: '{"type":"start_agent","text":"é"}',
      },
      { direction: 'in', seq: 1, bytes: 34, type: 'start_agent' },
    ]);
  });

  test('masks the parts of a message unless it is told not to', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    server.on('connection', (socket) => {
      // The server ends what it may not read (RFC 6455 §5.1), and says why.
      socket.on('error', () => {});
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
    });
    await once(server, 'listening');
    const address = server.address();
    const ledger = new MemoryLedger();
    const result = await openConnection({
      url: `ws://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}/ws`,
      token: null,
      authTransport: 'none',
      runId: 'run-1',
      recorder: ledger.recorder,
      secrets: ledger.secrets,
      limits: { closeBudgetMs: 60 },
      ledger: 'full',
      budgetMs: 2_000,
      signal,
    });
    if (result.kind !== 'open') throw new Error(`expected an open connection, got ${result.kind}`);
    const { connection } = result;
    try {
      connection.sendParts(['{"ty', 'pe":"x"}']);
      expect(await connection.next('the echo', signal)).toMatchObject({
        text: '{"type":"x"}',
        binary: false,
      });
      connection.sendParts(['{"type":', '"y"}'], { binary: true });
      expect(await connection.next('the echo', signal)).toMatchObject({ text: '{"type":"y"}', binary: true });
      expect(connection.closeFacts).toBeNull();

      connection.sendParts(['{"type":"z"}'], { unmasked: true });
      expect(await connection.closed).toMatchObject({ code: 1002, initiator: 'remote' });
    } finally {
      await connection.terminate();
      server.close();
    }
  });

  test('keeps samples of the first 200 messages only', async () => {
    await using session = await connect((peer) =>
      peer.write(...Array.from({ length: 250 }, () => textFrame('{"type":"x"}')), closeFrame(1000)),
    );

    await session.connection.closed;

    const samples = session.ledger.bodies('ws.message').filter(({ sample }) => sample !== null);
    expect(samples).toHaveLength(200);
  });

  test('folds what is not JSON into a malformed frame and stays open', async () => {
    await using session = await connect((peer) => {
      echo(peer);
      peer.write(textFrame('{"type":'), serverFrame(0x2, 'raw'), textFrame('{"type":"pong"}'));
    });
    const { connection } = session;

    const kinds = [];
    for (let at = 0; at < 3; at += 1) kinds.push((await connection.next('a message', signal)).frame.kind);

    expect(kinds).toEqual(['malformed', 'malformed', 'liveness']);
    expect(connection.closeFacts).toBeNull();
  });

  test('answers heartbeats and pings of the server by itself', async () => {
    const received: string[] = [];
    await using session = await connect((peer) => {
      peer.onFrame((opcode, payload) => {
        if (opcode === 0x1) received.push(payload.toString('utf8'));
        if (received.length === 2) peer.write(closeFrame(1000));
      });
      peer.write(textFrame('{"type":"ping","timestamp":5}'), textFrame('{"type":"heartbeat"}'));
    });

    await session.connection.closed;

    expect(received.map((text): unknown => JSON.parse(text))).toMatchObject([
      { type: 'pong', original_timestamp: 5 },
      { type: 'heartbeat_ack' },
    ]);
    const sent = session.ledger.bodies('ws.message').filter(({ direction }) => direction === 'out');
    expect(sent).toHaveLength(2);
  });

  test('measures a ping', async () => {
    await using session = await connect((peer) =>
      peer.onFrame((opcode, payload) => {
        if (opcode === 0x9) peer.write(serverFrame(0xa, payload));
      }),
    );

    const roundTripMs = await session.connection.ping(signal);

    expect(roundTripMs).toBeGreaterThan(0);
    expect(session.ledger.bodies('ws.pong')).toMatchObject([{ roundTripMs }]);
  });

  test('ends a ping that is never answered with its deadline', async () => {
    await using session = await connect(() => {});
    using deadline = new Deadline(40);

    await expect(session.connection.ping(deadline.signal)).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    });
  });

  test.for([
    {
      name: 'a close by the peer before any message of ours',
      script: (peer: RawPeer) => peer.write(closeFrame(1011, 'main mode error')),
      expected: {
        code: 1011,
        reason: 'main mode error',
        initiator: 'remote',
        clean: true,
        afterFirstClientMessage: false,
        msSinceFirstClientMessage: null,
      },
    },
    {
      name: 'an end without a close frame',
      script: (peer: RawPeer) => peer.socket.end(),
      expected: { code: 1006, reason: '', initiator: 'transport', clean: false },
    },
    {
      name: 'a reset',
      script: (peer: RawPeer) => setTimeout(() => peer.socket.resetAndDestroy(), 10),
      expected: { code: 1006, initiator: 'transport', clean: false },
    },
    {
      name: 'invalid UTF-8',
      script: (peer: RawPeer) => peer.write(serverFrame(0x1, Buffer.from([0xff]))),
      expected: { code: 1006, initiator: 'local', clean: false, messagesIn: 0 },
    },
  ])('tells $name', async ({ script, expected }) => {
    await using session = await connect((peer) => void script(peer));

    const facts = await session.connection.closed;

    expect(facts).toMatchObject(expected);
    expect(session.ledger.bodies('ws.close')).toMatchObject([expected]);
  });

  test('tells a close after our first message, with counts', async () => {
    await using session = await connect((peer) =>
      peer.onFrame((opcode) => {
        if (opcode === 0x1)
          peer.write(textFrame('{"type":"ack"}'), closeFrame(1011, 'Factory SSOT validation failed'));
      }),
    );
    const { connection } = session;

    connection.sendText('{"broken');
    const facts = await connection.closed;

    expect(facts).toMatchObject({
      code: 1011,
      initiator: 'remote',
      messagesIn: 1,
      messagesOut: 1,
      bytesIn: 14,
      bytesOut: 8,
      afterFirstClientMessage: true,
    });
    expect(facts.msSinceFirstClientMessage).toBeLessThanOrEqual(facts.msSinceOpen);
  });

  test('closes cleanly and names itself as the initiator', async () => {
    await using session = await connect(echo);

    const facts = await session.connection.close(1000, 'done');

    expect(facts).toMatchObject({ code: 1000, reason: 'done', initiator: 'local', clean: true });
  });

  test('bounds the closing handshake when the peer never answers', async () => {
    await using session = await connect(() => {});

    const facts = await session.connection.close();

    expect(facts).toMatchObject({ code: 1006, initiator: 'local', clean: false });
    expect(facts.msSinceOpen).toBeLessThan(1_000);
  });

  test('tells waiters and senders that the connection is closed, and delivers what came before', async () => {
    await using session = await connect((peer) =>
      peer.write(textFrame('{"type":"a"}'), closeFrame(1008, 'no')),
    );
    const { connection } = session;
    await connection.closed;

    const first = await connection.next('a message', signal);

    expect(first.text).toBe('{"type":"a"}');
    await expect(connection.next('another', signal)).rejects.toMatchObject({
      code: 'CONNECTION_CLOSED',
      details: { code: 1008, reason: 'no' },
    });
    await expect(connection.ping(signal)).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
    expect(() => connection.send({ type: 'late' })).toThrow(
      expect.objectContaining({ code: 'CONNECTION_CLOSED' }),
    );
    expect(session.ledger.bodies('ws.message')).toHaveLength(1);
  });

  test('names what was awaited when the deadline ends a wait', async () => {
    await using session = await connect(() => {});
    using deadline = new Deadline(30);

    await expect(session.connection.next('the welcome', deadline.signal)).rejects.toThrow(/the welcome/);
  });

  test.for([
    ['messages', { maxMessages: 10 }, 30, 'x'],
    ['bytes', { maxBytes: 2_000 }, 30, 'x'.repeat(200)],
    ['message-bytes', { maxMessageBytes: 100 }, 1, 'x'.repeat(500)],
  ] as const)('ends itself at its limit of %s', async ([limit, limits, count, text]) => {
    await using session = await connect(
      (peer) => peer.write(...Array.from({ length: count }, () => textFrame(text))),
      limits,
    );
    const { connection } = session;

    const facts = await connection.closed;

    expect(facts.initiator).toBe('local');
    expect(connection.limitReached).toMatchObject({ limit });
    const drain = async (): Promise<never> => {
      for (;;) await connection.next('a message', signal);
    };
    await expect(drain()).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED', details: { limit } });
  });

  test('ends itself at its limit of control frames', async () => {
    await using session = await connect(
      (peer) => peer.write(...Array.from({ length: 50 }, () => serverFrame(0x9, 'p'))),
      { maxControlFrames: 20 },
    );

    await session.connection.closed;

    expect(session.connection.limitReached).toMatchObject({ limit: 'control-frames', max: 20 });
  });

  test('registers a session token before it is recorded and calls its issue no leak', async () => {
    const secret = 'session-credential-0123456789';
    await using session = await connect((peer) =>
      peer.write(
        textFrame(JSON.stringify({ type: 'handshake_response', thread_id: 't', session_token: secret })),
        textFrame(JSON.stringify({ type: 'ack', echoed: secret })),
        closeFrame(1008, `bad ${secret}`),
      ),
    );
    const { connection, ledger } = session;

    const facts = await connection.closed;

    expect(connection.leaks.map(({ where }) => where)).toEqual(['message 2', 'close reason']);
    expect(facts.reason).not.toContain('credential');
    expect(ledger.secrets.find(ledger.text())).toEqual([]);
  });

  test('keeps a digest that is the same for the same conversation', async () => {
    const digests: unknown[] = [];
    for (let at = 0; at < 2; at += 1) {
      await using session = await connect(echo, {}, 'digest');
      session.connection.send({ type: 'a' });
      await session.connection.next('the echo', signal);
      session.connection.sendText('x'.repeat(100_000));
      await session.connection.next('the long echo', signal);
      await session.connection.close();
      expect(session.ledger.bodies('ws.message')).toHaveLength(0);
      const [digest] = session.ledger.bodies('ws.digest');
      digests.push({ ...digest, connection: '' });
    }

    expect(digests[0]).toMatchObject({ messagesIn: 2, messagesOut: 2, bytesIn: 100_012, bytesOut: 100_012 });
    expect(digests[0]).toEqual(digests[1]);
  });

  test('hashes direction, length and bytes of every message, whatever their size', async () => {
    await using session = await connect(echo, {}, 'digest');
    const hash = createHash('sha256');
    // Around the size of the log's batch, and characters of two bytes.
    for (const length of [1, 4_085, 5, 4_086, 4_087, 4_096, 20_000, 3_000, 2_000]) {
      const text = 'ü'.repeat(length % 2) + 'x'.repeat(Math.max(0, length - 2 * (length % 2)));
      const bytes = Buffer.from(text, 'utf8');
      const head = Buffer.alloc(4);
      head.writeUInt32BE(bytes.length);
      session.connection.sendText(text);
      await session.connection.next('the echo', signal);
      for (const direction of ['>', '<']) hash.update(direction).update(head).update(bytes);
    }
    await session.connection.close();

    expect(session.ledger.bodies('ws.digest')).toMatchObject([{ sha256: hash.digest('hex') }]);
  });

  test('offers messages to a sink first and leaves the others to the inbox', async () => {
    await using session = await connect((peer) => {
      echo(peer);
      peer.write(...['a', 'b', 'c'].map((type) => textFrame(JSON.stringify({ type }))));
    });
    const { connection } = session;
    const taken: string[] = [];

    const detach = connection.attach((message) => {
      const isWanted = message.text.includes('b');
      if (isWanted) taken.push(message.text);
      return isWanted;
    });
    const first = await connection.next('a', signal);
    const second = await connection.next('c', signal);
    detach();

    expect([first.text, second.text]).toEqual(['{"type":"a"}', '{"type":"c"}']);
    expect(taken).toEqual(['{"type":"b"}']);
  });

  test('leaks no socket in 200 cycles of open and dispose', async () => {
    const ledger = new MemoryLedger();
    await using server = await startRawServer((peer) => {
      peer.accept();
      echo(peer);
    });
    const handles = (): number => process.getActiveResourcesInfo().length;
    const before = handles();

    for (let at = 0; at < 200; at += 1) {
      const result = await openConnection({
        url: server.url,
        token: null,
        authTransport: 'none',
        runId: 'run-1',
        recorder: ledger.recorder,
        budgetMs: 2_000,
        signal,
      });
      if (result.kind === 'open') await result.connection[Symbol.asyncDispose]();
    }

    expect(server.connections()).toBe(200);
    await expect.poll(() => server.open()).toBe(0);
    expect(handles()).toBeLessThanOrEqual(before + 2);
    expect(ledger.bodies('ws.close').every(({ clean }) => clean)).toBe(true);
  });
});
