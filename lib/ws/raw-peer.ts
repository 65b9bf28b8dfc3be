import { createHash } from 'node:crypto';
import { createServer, type AddressInfo, type Socket } from 'node:net';

const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** What a raw peer does with a TCP connection once the request head has arrived. */
export type PeerScript = (peer: RawPeer) => void;

/** The server side of one TCP connection, spoken byte by byte: it can break every rule that a library would keep. */
export class RawPeer {
  readonly socket: Socket;
  /** The request head as received. */
  readonly head: string;
  #received: Buffer = Buffer.alloc(0);
  #onFrame: (opcode: number, payload: Buffer) => void = () => {};

  constructor(socket: Socket, head: string, rest: Buffer) {
    this.socket = socket;
    this.head = head;
    this.#take(rest);
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  header(name: string): string | null {
    return new RegExp(`^${name}: *(.*)$`, 'im').exec(this.head)?.[1]?.trim() ?? null;
  }

  /** The 101 answer; `lines` are further header lines, `accept` overrides the computed key. */
  upgradeBytes(lines: readonly string[] = [], accept?: string): Buffer {
    const key = this.header('sec-websocket-key') ?? '';
    const answer =
      accept ??
      createHash('sha1')
        .update(key + ACCEPT_GUID)
        .digest('base64');
    const head = [
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${answer}`,
      ...lines,
    ];
    return Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1');
  }

  accept(lines: readonly string[] = []): void {
    this.socket.write(this.upgradeBytes(lines));
  }

  write(...parts: readonly Buffer[]): void {
    this.socket.write(Buffer.concat(parts));
  }

  /** Calls back for every frame of the client, unmasked. */
  onFrame(callback: (opcode: number, payload: Buffer) => void): void {
    this.#onFrame = callback;
  }

  #take(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (;;) {
      const bytes = this.#received;
      const short = (bytes[1] ?? 0) & 0x7f;
      const head = short === 126 ? 8 : short === 127 ? 14 : 6;
      if (bytes.length < head) return;
      const length =
        short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
      if (bytes.length < head + length) return;
      const payload = Buffer.from(bytes.subarray(head, head + length));
      for (let i = 0; i < length; i += 1) {
        payload[i] = (payload[i] ?? 0) ^ (bytes[head - 4 + (i & 3)] ?? 0);
      }
      this.#received = bytes.subarray(head + length);
      this.#onFrame((bytes[0] ?? 0) & 0x0f, payload);
    }
  }
}

/** One unmasked frame of a server (RFC 6455 §5.2). */
export function serverFrame(opcode: number, payload: Buffer | string, fin = true): Buffer {
  const body = Buffer.isBuffer(payload) ? payload : Buffer.from(payload, 'utf8');
  const first = (fin ? 0x80 : 0) | opcode;
  if (body.length < 126) return Buffer.concat([Buffer.from([first, body.length]), body]);
  if (body.length < 65_536) {
    const head = Buffer.from([first, 126, 0, 0]);
    head.writeUInt16BE(body.length, 2);
    return Buffer.concat([head, body]);
  }
  const head = Buffer.alloc(10);
  head[0] = first;
  head[1] = 127;
  head.writeBigUInt64BE(BigInt(body.length), 2);
  return Buffer.concat([head, body]);
}

export function textFrame(text: string): Buffer {
  return serverFrame(0x1, text);
}

/** A close frame; without a code its body is empty. */
export function closeFrame(code?: number, reason = ''): Buffer {
  if (code === undefined) return serverFrame(0x8, Buffer.alloc(0));
  const body = Buffer.alloc(2 + Buffer.byteLength(reason));
  body.writeUInt16BE(code, 0);
  body.write(reason, 2, 'utf8');
  return serverFrame(0x8, body);
}

/** A listening raw peer on an ephemeral loopback port; disposing it drops every socket. */
export interface RawServer extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Connections accepted so far. */
  connections(): number;
  /** Sockets that are open now. */
  open(): number;
}

/** Starts a raw server that runs `script` for every connection; `onConnect` sees the socket before any byte. */
export async function startRawServer(
  script: PeerScript,
  onConnect: (socket: Socket) => void = () => {},
): Promise<RawServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A reset by the client is part of several scripts.
    socket.on('error', () => socket.destroy());
    onConnect(socket);
    let received: Buffer = Buffer.alloc(0);
    const onData = (chunk: Buffer): void => {
      received = Buffer.concat([received, chunk]);
      const end = received.indexOf('\r\n\r\n');
      if (end < 0) return;
      socket.off('data', onData);
      script(new RawPeer(socket, received.toString('latin1', 0, end), received.subarray(end + 4)));
    };
    socket.on('data', onData);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('expected a TCP address');
  const { port } = address;
  return {
    port,
    url: `ws://127.0.0.1:${port}/ws`,
    connections: () => connections,
    open: () => sockets.size,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
