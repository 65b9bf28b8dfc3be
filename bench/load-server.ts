import { createHash } from 'node:crypto';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { writeLine } from './output.ts';
import { TurnTemplate } from './load-frame.ts';
import { cpuMs } from './slice.ts';

/**
 * The load server: WebSocket by hand on node:net, so that the server is never the limit. A text message starts a turn of
 * seven events at once; the run id is that of the message. The user is the `user` query parameter of the path.
 * Prints its port as one line and ends with its parent (stdin).
 */
const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

const server = createServer({ noDelay: true }, (socket) => {
  let pending: Buffer = Buffer.alloc(0);
  let session: LoadSession | null = null;
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    if (session === null) {
      const end = pending.indexOf('\r\n\r\n');
      if (end < 0) return;
      session = accept(socket, pending.toString('latin1', 0, end));
      pending = pending.subarray(end + 4);
    }
    pending = session.read(pending);
  });
});

class LoadSession {
  readonly #socket: Socket;
  readonly #template: TurnTemplate;
  #turn = 0;

  constructor(socket: Socket, user: string) {
    this.#socket = socket;
    this.#template = new TurnTemplate(user, `thread-${user}`);
  }

  /** Consumes whole client frames and returns what is left. */
  read(bytes: Buffer): Buffer {
    let rest = bytes;
    for (;;) {
      const length = frameLength(rest);
      if (length === null || rest.length < length.total) return rest;
      const opcode = (rest[0] ?? 0) & 0x0f;
      const payload = unmask(rest, length.head, length.total);
      rest = rest.subarray(length.total);
      if (opcode === 0x8) {
        this.#socket.end(Buffer.concat([Buffer.from([0x88, payload.length]), payload]));
        return Buffer.alloc(0);
      }
      if (opcode === 0x1) this.#startTurn(payload);
    }
  }

  #startTurn(message: Buffer): void {
    const at = message.indexOf('"run_id":"');
    const runId = at < 0 ? 'run_0000000000000000' : message.toString('latin1', at + 10, at + 30);
    this.#socket.write(this.#template.render(runId, this.#turn, new Date()));
    this.#turn += 1;
  }
}

function accept(socket: Socket, head: string): LoadSession {
  const key = /^sec-websocket-key: *(\S+)/im.exec(head)?.[1] ?? '';
  const user = /^GET \S*[?&]user=([\w-]+)/.exec(head)?.[1] ?? 'user-0';
  const answer = createHash('sha1')
    .update(key + ACCEPT_GUID)
    .digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${answer}\r\nX-Service-Revision: 5eed0000c0ffee\r\n\r\n`,
  );
  return new LoadSession(socket, user);
}

function frameLength(bytes: Buffer): { readonly head: number; readonly total: number } | null {
  const short = (bytes[1] ?? 0) & 0x7f;
  if (bytes.length < 2 || (short === 126 && bytes.length < 4)) return null;
  const head = short === 126 ? 8 : 6;
  return { head, total: head + (short === 126 ? bytes.readUInt16BE(2) : short) };
}

function unmask(bytes: Buffer, head: number, total: number): Buffer {
  const payload = Buffer.allocUnsafe(total - head);
  for (let i = 0; i < payload.length; i += 1) {
    payload[i] = (bytes[head + i] ?? 0) ^ (bytes[head - 4 + (i & 3)] ?? 0);
  }
  return payload;
}

server.listen({ host: '127.0.0.1', port: 0, backlog: 4_096 }, () => {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('expected a TCP address');
  writeLine(String(address.port));
});
// Answers each line with the processor time that it has used, and ends with its parent, also when that is killed.
const asked = createInterface(process.stdin);
asked.on('line', () => writeLine(String(cpuMs())));
asked.on('close', () => process.kill(process.pid));
