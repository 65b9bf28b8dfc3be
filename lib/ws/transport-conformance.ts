import type { NetworkPhase } from '../evidence/evidence.ts';
import {
  closeFrame,
  serverFrame,
  startRawServer,
  textFrame,
  type PeerScript,
  type RawPeer,
} from './raw-peer.ts';
import type { TransportClose, TransportHandle, TransportRequest, WebSocketTransport } from './transport.ts';

/** What a transport reported of one attempt, without times and texts that a library words. */
export interface TransportTrace {
  readonly outcome:
    | { readonly kind: 'open'; readonly subprotocol: string | null; readonly revision: string | null }
    | { readonly kind: 'refused'; readonly status: number; readonly body: string; readonly bodyBytes: number }
    | { readonly kind: 'failed'; readonly phase: NetworkPhase; readonly code: string | null }
    | { readonly kind: 'censored'; readonly phase: NetworkPhase };
  readonly messages: readonly { readonly text: string; readonly binary: boolean }[];
  readonly pings: number;
  readonly pongs: readonly string[];
  readonly close: Pick<TransportClose, 'received' | 'byUs' | 'sent'> | null;
  /** Code of the transport error; null when there was none. */
  readonly error: string | null;
}

/** One row: a peer that behaves in a certain way, what we do, and the trace every transport must report. */
export interface ConformanceCase {
  readonly name: string;
  readonly peer: PeerScript;
  readonly act?: (handle: TransportHandle) => void;
  readonly request?: Partial<TransportRequest>;
  readonly expected: Partial<TransportTrace>;
}

const OPEN = { kind: 'open', subprotocol: null, revision: null } as const;

const refuse =
  (status: string, body: string): PeerScript =>
  ({ socket }) =>
    socket.end(
      `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );

const acceptThen =
  (then: (peer: RawPeer) => void): PeerScript =>
  (peer) => {
    peer.accept();
    then(peer);
  };

/** Answers a close frame of the client with the same body, as RFC 6455 §5.5.1 asks. */
const answerClose = (peer: RawPeer): void =>
  peer.onFrame((opcode, payload) => {
    if (opcode === 0x8) peer.socket.end(serverFrame(0x8, payload));
  });

/** The rows that every transport must pass; a leaner one is equal when it reports the same traces (design.md §7). */
export const CONFORMANCE_CASES: readonly ConformanceCase[] = [
  {
    name: 'opens and closes cleanly on our side',
    peer: acceptThen(answerClose),
    act: (handle) => handle.close(1000, 'done'),
    expected: {
      outcome: OPEN,
      close: { received: { code: 1000, reason: 'done' }, byUs: true, sent: true },
      error: null,
    },
  },
  {
    name: 'delivers frames that come in one packet with the 101 answer',
    peer: (peer) => peer.write(peer.upgradeBytes(), textFrame('one'), textFrame('two'), closeFrame(1000)),
    expected: {
      outcome: OPEN,
      messages: [
        { text: 'one', binary: false },
        { text: 'two', binary: false },
      ],
      close: { received: { code: 1000, reason: '' }, byUs: false, sent: true },
    },
  },
  {
    name: 'joins a fragmented message with a ping between its fragments',
    peer: acceptThen((peer) =>
      peer.write(
        serverFrame(0x1, 'ab', false),
        serverFrame(0x9, 'p'),
        serverFrame(0x0, 'cd'),
        closeFrame(1001, 'bye'),
      ),
    ),
    expected: {
      messages: [{ text: 'abcd', binary: false }],
      pings: 1,
      close: { received: { code: 1001, reason: 'bye' }, byUs: false, sent: true },
    },
  },
  {
    name: 'sends a message in several frames',
    peer: acceptThen((peer) =>
      peer.onFrame((opcode, payload) => {
        if (opcode === 0x8) peer.socket.end(serverFrame(0x8, payload));
        else peer.write(textFrame(`${opcode}:${payload.toString('utf8')}`));
        if (payload.toString('utf8') === 'ef') peer.write(closeFrame(1000));
      }),
    ),
    act: (handle) =>
      void handle.sendParts([Buffer.from('ab'), Buffer.from('cd'), Buffer.from('ef')], {
        binary: true,
        masked: true,
      }),
    expected: {
      messages: [
        { text: '2:ab', binary: false },
        { text: '0:cd', binary: false },
        { text: '0:ef', binary: false },
      ],
    },
  },
  {
    name: 'delivers characters beyond ASCII, among them the replacement character itself',
    peer: acceptThen((peer) => peer.write(textFrame('zäh 👍 \ufffd'), closeFrame(1000))),
    expected: { messages: [{ text: 'zäh 👍 \ufffd', binary: false }] },
  },
  {
    name: 'delivers the bytes of a binary message as they are, UTF-8 or not',
    peer: acceptThen((peer) => peer.write(serverFrame(0x2, Buffer.from([0x61, 0xff])), closeFrame(1000))),
    expected: { messages: [{ text: 'a\ufffd', binary: true }] },
  },
  {
    name: 'tells binary messages from text',
    peer: acceptThen((peer) => peer.write(serverFrame(0x2, 'raw'), closeFrame(1000))),
    expected: { messages: [{ text: 'raw', binary: true }] },
  },
  {
    name: 'reads every length form of a frame',
    peer: acceptThen((peer) =>
      peer.write(
        textFrame('a'.repeat(125)),
        textFrame('b'.repeat(126)),
        textFrame('c'.repeat(70_000)),
        closeFrame(1000),
      ),
    ),
    expected: {
      messages: [125, 126, 70_000].map((length, at) => ({
        text: 'abc'.charAt(at).repeat(length),
        binary: false,
      })),
    },
  },
  {
    name: 'reports a pong with its payload',
    peer: acceptThen((peer) =>
      peer.onFrame((opcode, payload) => {
        if (opcode === 0x9) peer.write(serverFrame(0xa, payload), closeFrame(1000));
      }),
    ),
    act: (handle) => handle.ping('7'),
    expected: { pongs: ['7'], close: { received: { code: 1000, reason: '' }, byUs: false, sent: true } },
  },
  {
    name: 'reports a close frame without a code as 1005',
    peer: acceptThen((peer) => peer.write(closeFrame())),
    expected: { close: { received: { code: 1005, reason: '' }, byUs: false, sent: true } },
  },
  {
    name: 'reports an end without a close frame as the transport',
    peer: acceptThen((peer) => peer.socket.end()),
    expected: { outcome: OPEN, close: { received: null, byUs: false, sent: false } },
  },
  {
    name: 'reports a reset after open as the transport',
    peer: acceptThen((peer) => setTimeout(() => peer.socket.resetAndDestroy(), 20)),
    expected: { outcome: OPEN, close: { received: null, byUs: false, sent: false }, error: 'ECONNRESET' },
  },
  {
    name: 'ends by itself when the peer never answers our close',
    peer: acceptThen(() => {}),
    act: (handle) => handle.close(1000, ''),
    request: { closeBudgetMs: 50 },
    expected: { close: { received: null, byUs: true, sent: true } },
  },
  {
    name: 'ends by itself when the peer sends a close frame and keeps the TCP connection',
    peer: acceptThen((peer) => peer.write(closeFrame(4001, 'bye'))),
    request: { closeBudgetMs: 50 },
    expected: { close: { received: { code: 4001, reason: 'bye' }, byUs: false, sent: true } },
  },
  {
    name: 'drops the socket on terminate',
    peer: acceptThen(() => {}),
    act: (handle) => handle.terminate(),
    expected: { close: { received: null, byUs: true, sent: false } },
  },
  {
    name: 'ends on invalid UTF-8 with an error of its own',
    peer: acceptThen((peer) => peer.write(serverFrame(0x1, Buffer.from([0xc3, 0x28])))),
    request: { closeBudgetMs: 50 },
    expected: {
      messages: [],
      close: { received: null, byUs: true, sent: true },
      error: 'WS_ERR_INVALID_UTF8',
    },
  },
  {
    name: 'ends on a message above the limit without buffering it',
    peer: acceptThen((peer) => peer.write(textFrame('x'.repeat(5_000)))),
    request: { closeBudgetMs: 50, maxMessageBytes: 4_096 },
    expected: {
      messages: [],
      close: { received: null, byUs: true, sent: true },
      error: 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH',
    },
  },
  {
    name: 'ends on a fragmented message above the limit',
    peer: acceptThen((peer) =>
      peer.write(serverFrame(0x1, 'x'.repeat(3_000), false), serverFrame(0x0, 'x'.repeat(3_000))),
    ),
    request: { closeBudgetMs: 50, maxMessageBytes: 4_096 },
    expected: {
      messages: [],
      close: { received: null, byUs: true, sent: true },
      error: 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH',
    },
  },
  ...(
    [
      ['a reserved bit', Buffer.from([0xa1, 0x00]), 'WS_ERR_UNEXPECTED_RSV_2_3'],
      ['compression that was not agreed', Buffer.from([0xc1, 0x00]), 'WS_ERR_UNEXPECTED_RSV_1'],
      ['an unknown opcode', Buffer.from([0x83, 0x00]), 'WS_ERR_INVALID_OPCODE'],
      ['a continuation of nothing', serverFrame(0x0, 'x'), 'WS_ERR_INVALID_OPCODE'],
      ['a fragmented ping', serverFrame(0x9, 'x', false), 'WS_ERR_EXPECTED_FIN'],
      ['a ping above 125 bytes', serverFrame(0x9, 'x'.repeat(126)), 'WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH'],
      ['a close frame of one byte', serverFrame(0x8, 'x'), 'WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH'],
      [
        'a close reason that is not UTF-8',
        serverFrame(0x8, Buffer.from([3, 232, 0xff])),
        'WS_ERR_INVALID_UTF8',
      ],
    ] as const
  ).map(([what, bytes, error]): ConformanceCase => ({
    name: `ends on ${what}`,
    peer: acceptThen((peer) => peer.write(textFrame('before'), bytes, textFrame('after'))),
    request: { closeBudgetMs: 50 },
    expected: {
      messages: [{ text: 'before', binary: false }],
      close: { received: null, byUs: true, sent: true },
      error,
    },
  })),
  {
    name: 'reads frames that come byte by byte',
    peer: acceptThen((peer) => {
      const bytes = Buffer.concat([
        textFrame('slow'),
        serverFrame(0x1, 'fr', false),
        serverFrame(0x0, 'ag'),
        closeFrame(1000),
      ]);
      const drip = setInterval(() => {
        const byte = peer.socket.bytesWritten - start;
        if (byte < bytes.length) peer.socket.write(bytes.subarray(byte, byte + 1));
        else clearInterval(drip);
      }, 1);
      const start = peer.socket.bytesWritten;
    }),
    expected: {
      messages: [
        { text: 'slow', binary: false },
        { text: 'frag', binary: false },
      ],
      close: { received: { code: 1000, reason: '' }, byUs: false, sent: true },
    },
  },
  {
    name: 'ends on a masked frame of the server',
    peer: acceptThen((peer) => peer.write(Buffer.from([0x81, 0x81, 1, 2, 3, 4, 0x60]))),
    request: { closeBudgetMs: 50 },
    expected: { close: { received: null, byUs: true, sent: true }, error: 'WS_ERR_UNEXPECTED_MASK' },
  },
  {
    name: 'ends on a close code that must not be on the wire',
    peer: acceptThen((peer) => peer.write(closeFrame(1006))),
    request: { closeBudgetMs: 50 },
    expected: { close: { received: null, byUs: true, sent: true }, error: 'WS_ERR_INVALID_CLOSE_CODE' },
  },
  {
    name: 'keeps the body of a refusal',
    peer: refuse('403 Forbidden', '{"detail":"no"}'),
    expected: {
      outcome: { kind: 'refused', status: 403, body: '{"detail":"no"}', bodyBytes: 15 },
      close: null,
    },
  },
  {
    name: 'cuts the body of a refusal at the limit',
    peer: refuse('500 Internal Server Error', 'x'.repeat(10_000)),
    request: { maxRefusalBodyBytes: 100 },
    expected: { outcome: { kind: 'refused', status: 500, body: 'x'.repeat(100), bodyBytes: 10_000 } },
  },
  {
    name: 'reports a refusal whose body never ends when the budget does',
    peer: ({ socket }) => socket.write('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 100\r\n\r\nhalf'),
    request: { budgetMs: 80 },
    expected: { outcome: { kind: 'refused', status: 503, body: 'half', bodyBytes: 4 } },
  },
  {
    name: 'does not follow a redirect',
    peer: ({ socket }) =>
      socket.end('HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n'),
    expected: { outcome: { kind: 'refused', status: 302, body: '', bodyBytes: 0 } },
  },
  {
    name: 'reports a subprotocol that was offered',
    peer: (peer) =>
      peer.write(
        peer.upgradeBytes(['Sec-WebSocket-Protocol: b', 'X-Service-Revision: r1']),
        closeFrame(1000),
      ),
    request: { subprotocols: ['a', 'b'] },
    expected: { outcome: { kind: 'open', subprotocol: 'b', revision: 'r1' } },
  },
  {
    name: 'fails when no subprotocol is named although some were offered',
    peer: acceptThen(() => {}),
    request: { subprotocols: ['a'] },
    expected: { outcome: { kind: 'failed', phase: 'upgrade', code: 'SUBPROTOCOL_MISSING' } },
  },
  {
    name: 'fails when the subprotocol was not offered',
    peer: (peer) => peer.accept(['Sec-WebSocket-Protocol: other']),
    request: { subprotocols: ['a'] },
    expected: { outcome: { kind: 'failed', phase: 'upgrade', code: 'SUBPROTOCOL_NOT_OFFERED' } },
  },
  {
    name: 'fails on a wrong Sec-WebSocket-Accept',
    peer: (peer) => peer.socket.write(peer.upgradeBytes([], 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=')),
    expected: { outcome: { kind: 'failed', phase: 'upgrade', code: 'UPGRADE_INVALID' } },
  },
  {
    name: 'fails on headers above the limit',
    peer: (peer) => peer.accept(Array.from({ length: 200 }, (_, at) => `X-Bomb-${at}: ${'x'.repeat(400)}`)),
    request: { maxHeaderBytes: 16_384 },
    expected: { outcome: { kind: 'failed', phase: 'upgrade', code: 'HPE_HEADER_OVERFLOW' } },
  },
  {
    name: 'fails in phase upgrade when the peer resets before it answers',
    peer: ({ socket }) => socket.resetAndDestroy(),
    expected: { outcome: { kind: 'failed', phase: 'upgrade', code: 'ECONNRESET' } },
  },
  {
    name: 'fails in phase upgrade when the answer is not HTTP',
    peer: ({ socket }) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'),
    expected: { outcome: { kind: 'failed', phase: 'upgrade', code: 'HPE_INVALID_CONSTANT' } },
  },
  {
    name: 'censors an opening handshake that is not answered within the budget',
    peer: () => {},
    request: { budgetMs: 60 },
    expected: { outcome: { kind: 'censored', phase: 'upgrade' }, close: null },
  },
  {
    name: 'censors an attempt that we terminate',
    peer: () => {},
    act: (handle) => handle.terminate(),
    expected: { outcome: { kind: 'censored', phase: 'upgrade' }, close: null },
  },
];

/** Time after which a row that reports nothing is given up. */
const ROW_BUDGET_MS = 5_000;

/** Runs one row against a transport and returns its trace. @throws {Error} when the attempt never ends, or ends twice. */
export async function traceCase(
  transport: WebSocketTransport,
  row: ConformanceCase,
): Promise<TransportTrace> {
  await using server = await startRawServer(row.peer);
  return await traceAttempt(transport, { url: server.url, ...row.request }, row.act);
}

/** Drives one attempt to its end; `act` runs on open, or after 30 ms when nothing has opened by then. */
export async function traceAttempt(
  transport: WebSocketTransport,
  request: Partial<TransportRequest> & Pick<TransportRequest, 'url'>,
  act: (handle: TransportHandle) => void = () => {},
): Promise<TransportTrace> {
  const messages: { text: string; binary: boolean }[] = [];
  const pongs: string[] = [];
  let pings = 0;
  const { promise, resolve, reject } = deferred<Pick<TransportTrace, 'outcome' | 'close' | 'error'>>();
  let outcome: TransportTrace['outcome'] | null = null;
  const settle = (next: TransportTrace['outcome']): void => {
    if (outcome !== null) reject(new Error(`expected one outcome, got ${outcome.kind} and ${next.kind}`));
    outcome = next;
    if (next.kind !== 'open') resolve({ outcome: next, close: null, error: null });
  };
  const timer = setTimeout(
    () => reject(new Error('expected the attempt to end, got nothing')),
    ROW_BUDGET_MS,
  );
  const handle = transport.open(
    {
      subprotocols: [],
      headers: {},
      budgetMs: 2_000,
      closeBudgetMs: 1_000,
      maxMessageBytes: 1 << 20,
      maxHeaderBytes: 65_536,
      maxRefusalBodyBytes: 4_096,
      ...request,
    },
    {
      onOpen: ({ subprotocol, headers }) => {
        const revision = headers['x-service-revision'];
        settle({ kind: 'open', subprotocol, revision: typeof revision === 'string' ? revision : null });
        act(handle);
      },
      onRefused: ({ status, body, bodyBytes }) => settle({ kind: 'refused', status, body, bodyBytes }),
      onFailed: ({ phase, code }) => settle({ kind: 'failed', phase, code }),
      onCensored: ({ phase }) => settle({ kind: 'censored', phase }),
      onMessage: ({ text, binary, buffer, start, end }) => {
        const bytes = buffer.toString('utf8', start, end);
        // Text and bytes are two views of one message.
        messages.push({ text: text === bytes ? text : `${text}, and in bytes ${bytes}`, binary });
      },
      onPing: () => {
        pings += 1;
      },
      onPong: (payload) => pongs.push(payload.toString('utf8')),
      onClose: ({ received, byUs, sent, error }) => {
        if (outcome === null) reject(new Error('expected an outcome before the close'));
        else resolve({ outcome, close: { received, byUs, sent }, error: error?.code ?? null });
      },
    },
  );
  const unopened = setTimeout(() => {
    if (outcome === null) act(handle);
  }, 30);
  try {
    const end = await promise;
    return { ...end, messages, pings, pongs };
  } finally {
    clearTimeout(timer);
    clearTimeout(unopened);
  }
}

function deferred<T>(): {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: Error) => void;
} {
  let resolve: (value: T) => void = () => {};
  let reject: (reason: Error) => void = () => {};
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
