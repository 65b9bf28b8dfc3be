import { createHash, randomBytes } from 'node:crypto';
import { request as requestHttp, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Socket } from 'node:net';
import { describeError } from '../foundation/errors.ts';
import type { ConnectTimeline } from '../http/connect-timeline.ts';
import { systemCode } from '../http/system-code.ts';
import { attemptFacts, phaseOf } from './attempt-clock.ts';
import { FrameReader, type FrameHandlers, type ProtocolError } from './frame-reader.ts';
import { clientFrame, closeBody } from './frame-writer.ts';
import { readRefusal } from './refusal-body.ts';
import { connectTimed } from './timed-connect.ts';
import type {
  TransportClose,
  TransportHandle,
  TransportHandlers,
  TransportRequest,
  WebSocketTransport,
} from './transport.ts';
import { explainUpgrade } from './upgrade-answer.ts';

const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** The transport for load: the opening handshake over node:http, then frames read and written without a stream per message. */
export const leanTransport: WebSocketTransport = {
  name: 'lean',
  open: (request, handlers) => new LeanAttempt(request, handlers),
};

type AttemptState = 'opening' | 'refused' | 'open' | 'closing' | 'ended';

class LeanAttempt implements TransportHandle, FrameHandlers {
  readonly #request: TransportRequest;
  readonly #handlers: TransportHandlers;
  readonly #key = randomBytes(16).toString('base64');
  readonly #exchange: ClientRequest;
  readonly #budgetTimer: NodeJS.Timeout;
  readonly #reader: FrameReader;
  #closeTimer: NodeJS.Timeout | undefined;
  #timeline: ConnectTimeline | null = null;
  #socket: Socket | null = null;
  #state: AttemptState = 'opening';
  #received: TransportClose['received'] = null;
  #byUs = false;
  #sent = false;
  #error: TransportClose['error'] = null;

  constructor(request: TransportRequest, handlers: TransportHandlers) {
    this.#request = request;
    this.#handlers = handlers;
    this.#reader = new FrameReader(this, request.maxMessageBytes);
    this.#budgetTimer = setTimeout(() => this.#censor(), request.budgetMs);
    const url = new URL(request.url);
    const isSecure = url.protocol === 'wss:';
    this.#exchange = (isSecure ? requestHttps : requestHttp)({
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
      path: url.pathname + url.search,
      headers: {
        ...request.headers,
        ...(request.subprotocols.length === 0
          ? {}
          : { 'Sec-WebSocket-Protocol': request.subprotocols.join(',') }),
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': this.#key,
        Connection: 'Upgrade',
        Upgrade: 'websocket',
      },
      maxHeaderSize: request.maxHeaderBytes,
      createConnection: (...target: readonly unknown[]) => {
        const { socket, timeline } = connectTimed(request, target[0]);
        this.#timeline = timeline;
        return socket;
      },
    });
    this.#exchange.on('upgrade', (response, socket: Socket, head) => this.#upgraded(response, socket, head));
    this.#exchange.on('response', (response) => this.#refused(response));
    this.#exchange.on('error', (error) => this.#fail(describeError(error), systemCode(error)));
    this.#exchange.end();
  }

  send(text: string): boolean {
    if (this.#state !== 'open' || this.#received !== null) return false;
    this.#socket?.write(clientFrame(0x1, text));
    return true;
  }

  ping(payload: string): void {
    if (this.#state === 'open') this.#socket?.write(clientFrame(0x9, payload));
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
    this.#exchange.destroy();
    this.#socket?.destroy();
  }

  pause(): void {
    this.#socket?.pause();
  }

  resume(): void {
    this.#socket?.resume();
  }

  onMessage(data: Buffer, binary: boolean): void {
    this.#handlers.onMessage(data, binary);
  }

  onPing(payload: Buffer): void {
    if (this.#state === 'open') this.#socket?.write(clientFrame(0xa, payload));
    this.#handlers.onPing(payload.length);
  }

  onPong(payload: Buffer): void {
    this.#handlers.onPong(payload);
  }

  onClose(code: number, reason: string): void {
    this.#received = { code, reason };
    if (this.#state === 'open') this.#sendClose(closeBody(code === 1005 ? null : code, ''));
    // Both close frames are through: the peer ends the TCP connection, or the close budget does (RFC 6455 §7.1.1).
    this.#socket?.end();
  }

  onError(error: ProtocolError): void {
    this.#error ??= { message: error.message, code: error.code };
    if (this.#state !== 'open') return;
    this.#byUs = true;
    this.#sendClose(closeBody(error.closeCode, ''));
    this.#socket?.end();
  }

  #sendClose(body: Buffer): void {
    this.#state = 'closing';
    this.#sent = true;
    this.#socket?.write(clientFrame(0x8, body));
    this.#closeTimer = setTimeout(() => this.#socket?.destroy(), this.#request.closeBudgetMs);
  }

  #upgraded(response: IncomingMessage, socket: Socket, head: Buffer): void {
    if (this.#state !== 'opening') {
      socket.destroy();
      return;
    }
    const broken = this.#judgeUpgrade(response);
    if (broken !== null) {
      socket.destroy();
      this.#fail(broken.cause, broken.code);
      return;
    }
    this.#state = 'open';
    this.#socket = socket;
    clearTimeout(this.#budgetTimer);
    socket.setNoDelay(true);
    socket.setTimeout(0);
    socket.on('data', (chunk: Buffer) => this.#reader.push(chunk));
    socket.on('error', (error) => {
      this.#error ??= { message: describeError(error), code: systemCode(error) };
    });
    // Without a closing handshake an end of the peer is the end: nothing more can be said either way.
    socket.on('end', () => socket.end());
    socket.on('close', () => this.#closed());
    this.#handlers.onOpen({
      ...attemptFacts(this.#timeline),
      subprotocol: response.headers['sec-websocket-protocol'] ?? null,
      headers: response.headers,
    });
    if (head.length > 0) this.#reader.push(head);
  }

  #judgeUpgrade(response: IncomingMessage): { readonly code: string; readonly cause: string } | null {
    const explained = explainUpgrade(response, this.#request.subprotocols);
    if (explained !== null) return explained;
    const expected = createHash('sha1')
      .update(this.#key + ACCEPT_GUID)
      .digest('base64');
    if (response.headers['sec-websocket-accept'] === expected) return null;
    return { code: 'UPGRADE_INVALID', cause: 'the 101 answer has a wrong Sec-WebSocket-Accept' };
  }

  #refused(response: IncomingMessage): void {
    if (this.#state !== 'opening') return;
    this.#state = 'refused';
    const facts = attemptFacts(this.#timeline);
    readRefusal(response, this.#request.maxRefusalBodyBytes, (body) => {
      if (this.#state !== 'refused') return;
      this.#settle();
      this.#handlers.onRefused({
        timings: {
          ...facts.timings,
          bodyMs: body.elapsedMs,
          totalMs: facts.timings.totalMs + body.elapsedMs,
        },
        peer: facts.peer,
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: body.text,
        bodyBytes: body.bytes,
      });
      this.#exchange.destroy();
    });
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
    // In state refused the body breaks off here, and what came of it is reported.
    this.#exchange.destroy();
  }

  #closed(): void {
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
