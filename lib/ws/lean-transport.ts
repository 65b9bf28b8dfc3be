import { hash } from 'node:crypto';
import type { Socket } from 'node:net';
import { describeError } from '../foundation/errors.ts';
import type { ConnectTimeline } from '../http/connect-timeline.ts';
import { systemCode } from '../http/system-code.ts';
import { attemptFacts, phaseOf } from './attempt-clock.ts';
import { FrameReader, type FrameHandlers, type ProtocolError } from './frame-reader.ts';
import { clientFrame, closeBody, randomKey } from './frame-writer.ts';
import { Outbox } from './outbox.ts';
import { endOfHead, headerOf, parseHead, type HeadFault, type HttpHead } from './http-head.ts';
import { RefusalReader } from './refusal-reader.ts';
import { parseTarget } from './target-url.ts';
import { connectTimed } from './timed-connect.ts';
import type {
  TransportClose,
  TransportHandle,
  TransportHandlers,
  TransportRequest,
  WebSocketTransport,
  WireMessage,
} from './transport.ts';
import { explainUpgrade } from './upgrade-answer.ts';
import { upgradeRequest } from './upgrade-request.ts';

const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Every socket reads into this one buffer: a read is handled before the next begins, and nothing keeps a view of it. */
const READ_BUFFER = Buffer.allocUnsafeSlow(64 * 1024);
const EMPTY = Buffer.alloc(0);

/**
 * The transport for load: bytes are read past the stream machinery, no stream or chunk is made per message, and what is
 * sent in one iteration of the event loop leaves at its end.
 */
export const leanTransport: WebSocketTransport = {
  name: 'lean',
  open: (request, handlers) => new LeanAttempt(request, handlers),
};

type RequestLimits = Pick<
  TransportRequest,
  'subprotocols' | 'closeBudgetMs' | 'maxHeaderBytes' | 'maxRefusalBodyBytes'
>;

type AttemptState = 'opening' | 'refused' | 'open' | 'closing' | 'ended';

class LeanAttempt implements TransportHandle, FrameHandlers {
  /** Without its headers: they hold the token, and a connection may stay open for hours. */
  readonly #request: RequestLimits;
  readonly #handlers: TransportHandlers;
  readonly #key = randomKey();
  #budgetTimer: NodeJS.Timeout | undefined;
  readonly #reader: FrameReader;
  /** The request until it is sent: it holds the token. */
  #opening: string;
  readonly #socket: Socket;
  readonly #outbox: Outbox;
  readonly #timeline: ConnectTimeline;
  #closeTimer: NodeJS.Timeout | undefined;
  #head: Buffer = EMPTY;
  #refusal: RefusalReader | null = null;
  #state: AttemptState = 'opening';
  #received: TransportClose['received'] = null;
  #byUs = false;
  #sent = false;
  #error: TransportClose['error'] = null;

  constructor(request: TransportRequest, handlers: TransportHandlers) {
    const { subprotocols, closeBudgetMs, maxHeaderBytes, maxRefusalBodyBytes } = request;
    this.#request = { subprotocols, closeBudgetMs, maxHeaderBytes, maxRefusalBodyBytes };
    this.#handlers = handlers;
    this.#reader = new FrameReader(this, request.maxMessageBytes);
    const url = parseTarget(request.url);
    const isSecure = url.protocol === 'wss:';
    this.#opening = upgradeRequest(url, request, this.#key);
    const target = {
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
    };
    const { socket, timeline } = connectTimed(request, target, {
      buffer: READ_BUFFER,
      callback: (length) => this.#read(READ_BUFFER.subarray(0, length)),
    });
    this.#socket = socket;
    this.#outbox = new Outbox(socket);
    this.#timeline = timeline;
    this.#budgetTimer = setTimeout(() => this.#censor(), request.budgetMs);
    socket.setNoDelay(true);
    socket.on(isSecure ? 'secureConnect' : 'connect', () => this.#sendOpening());
    socket.on('error', (error) => {
      if (this.#state === 'opening') this.#fail(describeError(error), systemCode(error));
      else this.#error ??= { message: describeError(error), code: systemCode(error) };
    });
    socket.on('end', () => this.#ended());
    socket.on('close', () => this.#closed());
  }

  #sendOpening(): void {
    this.#socket.write(this.#opening, 'latin1');
    this.#opening = '';
  }

  send(text: string): boolean {
    if (this.#state !== 'open' || this.#received !== null) return false;
    this.#outbox.push(clientFrame(0x1, text));
    return true;
  }

  sendParts(
    parts: readonly Buffer[],
    { binary, masked }: { readonly binary: boolean; readonly masked: boolean },
  ): boolean {
    if (this.#state !== 'open' || this.#received !== null) return false;
    for (const [at, part] of parts.entries()) {
      const opcode = at > 0 ? 0x0 : binary ? 0x2 : 0x1;
      this.#write(clientFrame(opcode, part, { fin: at === parts.length - 1, masked }));
    }
    return true;
  }

  ping(payload: string): void {
    if (this.#state === 'open') this.#write(clientFrame(0x9, payload));
  }

  close(code: number, reason: string): void {
    if (this.#state !== 'open') return;
    this.#byUs = true;
    this.#sendClose(closeBody(code, reason));
  }

  terminate(): void {
    if (this.#state === 'opening') {
      this.#censor();
      return;
    }
    if (this.#state === 'open') this.#byUs = true;
    this.#reader.end();
    this.#outbox.flush();
    this.#socket.destroy();
    this.#refusal?.finish();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  onMessage(message: WireMessage): void {
    this.#handlers.onMessage(message);
  }

  onPing(payload: Buffer): void {
    if (this.#state === 'open') this.#write(clientFrame(0xa, payload));
    this.#handlers.onPing(payload);
  }

  onPong(payload: Buffer): void {
    this.#handlers.onPong(payload);
  }

  onClose(code: number, reason: string): void {
    this.#received = { code, reason };
    if (this.#state === 'open') this.#sendClose(closeBody(code === 1005 ? null : code, ''));
    // Both close frames are through: the peer ends the TCP connection, or the close budget does (RFC 6455 §7.1.1).
    this.#socket.end();
  }

  onError(error: ProtocolError): void {
    this.#error ??= { message: error.message, code: error.code };
    if (this.#state !== 'open') return;
    this.#byUs = true;
    this.#sendClose(closeBody(error.closeCode, ''));
    this.#socket.end();
  }

  #write(frame: Buffer): void {
    this.#outbox.flush();
    this.#socket.write(frame);
  }

  #sendClose(body: Buffer): void {
    this.#state = 'closing';
    this.#sent = true;
    this.#write(clientFrame(0x8, body));
    this.#closeTimer = setTimeout(() => this.#socket.destroy(), this.#request.closeBudgetMs);
  }

  /** Returns true, so that reading goes on. @param bytes valid during the call only. */
  #read(bytes: Buffer): boolean {
    if (this.#state === 'open' || this.#state === 'closing') this.#reader.push(bytes);
    else if (this.#state === 'opening') this.#readHead(bytes);
    else this.#refusal?.push(bytes);
    return true;
  }

  #readHead(chunk: Buffer): void {
    const bytes = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
    const end = endOfHead(bytes, this.#request.maxHeaderBytes);
    if (typeof end !== 'number') return this.#reject(end);
    if (end === 0) {
      this.#head = Buffer.from(bytes);
      return;
    }
    this.#head = EMPTY;
    const head = parseHead(bytes.toString('latin1', 0, end - 4));
    const rest = bytes.subarray(end);
    if ('code' in head) this.#reject(head);
    else if (head.status === 101) this.#upgraded(head, rest);
    else if (head.status >= 200) this.#refused(head, rest);
    // An interim answer (RFC 9110 §15.2): the final one follows.
    else if (rest.length > 0) this.#readHead(rest);
  }

  #upgraded(head: HttpHead, rest: Buffer): void {
    const broken = this.#judgeUpgrade(head);
    if (broken !== null) return this.#reject(broken);
    this.#state = 'open';
    clearTimeout(this.#budgetTimer);
    this.#budgetTimer = undefined;
    this.#handlers.onOpen({
      ...attemptFacts(this.#timeline),
      subprotocol: headerOf(head.headers, 'sec-websocket-protocol') ?? null,
      headers: head.headers,
    });
    // What is sent in the moment of the opening goes out before anything of the peer is read.
    this.#outbox.flush();
    if (rest.length > 0) this.#reader.push(rest);
  }

  #judgeUpgrade(head: HttpHead): HeadFault | null {
    const explained = explainUpgrade(head, this.#request.subprotocols);
    if (explained !== null) return explained;
    const { headers } = head;
    if (!/(?:^|,)\s*upgrade\s*(?:,|$)/i.test(headerOf(headers, 'connection') ?? '')) {
      return { code: 'UPGRADE_INVALID', cause: 'the 101 answer has no "Connection: Upgrade" header' };
    }
    const expected = hash('sha1', this.#key + ACCEPT_GUID, 'base64');
    if (headers['sec-websocket-accept'] === expected) return null;
    return { code: 'UPGRADE_INVALID', cause: 'the 101 answer has a wrong Sec-WebSocket-Accept' };
  }

  #refused(head: HttpHead, rest: Buffer): void {
    // From here the status is known: a body that never ends is cut, it does not change what was observed.
    this.#state = 'refused';
    const facts = attemptFacts(this.#timeline);
    const refusal = new RefusalReader(head, this.#request.maxRefusalBodyBytes, (body) => {
      this.#settle();
      this.#handlers.onRefused({
        timings: {
          ...facts.timings,
          bodyMs: body.elapsedMs,
          totalMs: facts.timings.totalMs + body.elapsedMs,
        },
        peer: facts.peer,
        status: head.status,
        headers: head.headers,
        body: body.text,
        bodyBytes: body.bytes,
      });
      this.#socket.destroy();
    });
    this.#refusal = refusal;
    refusal.push(rest);
  }

  #reject({ cause, code }: HeadFault): void {
    this.#socket.destroy();
    this.#fail(cause, code);
  }

  #fail(cause: string, code: string | null): void {
    if (this.#state !== 'opening') return;
    this.#settle();
    this.#handlers.onFailed({ ...attemptFacts(this.#timeline), phase: phaseOf(this.#timeline), cause, code });
  }

  #censor(): void {
    if (this.#state === 'opening') {
      this.#settle();
      this.#handlers.onCensored({ ...attemptFacts(this.#timeline), phase: phaseOf(this.#timeline) });
    }
    this.#socket.destroy();
    // In state refused the body breaks off here, and what came of it is reported.
    this.#refusal?.finish();
  }

  /** The peer has nothing more to say; without a closing handshake that is the end, and the socket ends by itself. */
  #ended(): void {
    if (this.#state === 'opening') {
      // The code of node:http for the same event.
      this.#reject({ cause: 'the connection ended before an answer', code: 'ECONNRESET' });
    }
    this.#refusal?.finish();
  }

  #closed(): void {
    this.#ended();
    if (this.#state !== 'open' && this.#state !== 'closing') return;
    this.#reader.end();
    this.#settle();
    this.#handlers.onClose({
      received: this.#received,
      byUs: this.#byUs,
      sent: this.#sent,
      error: this.#error,
    });
  }

  #settle(): void {
    this.#state = 'ended';
    clearTimeout(this.#budgetTimer);
    clearTimeout(this.#closeTimer);
  }
}
