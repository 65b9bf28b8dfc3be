import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocket, type ClientOptions } from 'ws';
import { describeError } from '../foundation/errors.ts';
import type { ConnectTimeline } from '../http/connect-timeline.ts';
import { systemCode } from '../http/system-code.ts';
import { attemptFacts, phaseOf } from './attempt-clock.ts';
import { readRefusal } from './refusal-body.ts';
import { connectTimed } from './timed-connect.ts';
import type {
  TransportHandle,
  TransportHandlers,
  TransportRequest,
  WebSocketTransport,
} from './transport.ts';
import { explainUpgrade } from './upgrade-answer.ts';

/** The transport over the `ws` library; permessage-deflate is not offered. */
export const wsTransport: WebSocketTransport = {
  name: 'ws',
  open: (request, handlers) => new WsAttempt(request, handlers, false),
};

/** The same with the offer of a browser (RFC 7692 §7.1); where it is agreed to, every message of ours is compressed. */
export const compressingTransport: WebSocketTransport = {
  name: 'ws, compressing',
  extensionOffer: 'permessage-deflate; client_max_window_bits',
  open: (request, handlers) => new WsAttempt(request, handlers, true),
};

type AttemptState = 'opening' | 'refused' | 'open' | 'ended';

class WsAttempt implements TransportHandle {
  readonly #request: TransportRequest;
  readonly #handlers: TransportHandlers;
  readonly #offersCompression: boolean;
  readonly #socket: WebSocket;
  readonly #budgetTimer: NodeJS.Timeout;
  #closeTimer: NodeJS.Timeout | undefined;
  #timeline: ConnectTimeline | null = null;
  #upgrade: IncomingMessage | null = null;
  #state: AttemptState = 'opening';
  #byUs = false;
  #closeSent = false;
  #messages = 0;
  #error: { readonly message: string; readonly code: string | null } | null = null;

  constructor(request: TransportRequest, handlers: TransportHandlers, offersCompression: boolean) {
    this.#request = request;
    this.#handlers = handlers;
    this.#offersCompression = offersCompression;
    this.#budgetTimer = setTimeout(() => this.#censor(), request.budgetMs);
    const options: ClientOptions & { readonly maxHeaderSize: number; readonly closeTimeout: number } = {
      headers: { ...request.headers },
      // What a message inflates to is bounded by `maxPayload` as well.
      perMessageDeflate: offersCompression ? { threshold: 0 } : false,
      // The library drops a flooded connection without a word; we answer ourselves, count, and say so.
      autoPong: false,
      maxPayload: request.maxMessageBytes,
      maxHeaderSize: request.maxHeaderBytes,
      closeTimeout: request.closeBudgetMs,
      createConnection: (...to: readonly unknown[]) => this.#connect(to[0]),
    };
    this.#socket = new WebSocket(request.url, [...request.subprotocols], options);
    this.#attach(this.#socket);
  }

  send(text: string): boolean {
    if (this.#socket.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(text);
    return true;
  }

  sendParts(
    parts: readonly Buffer[],
    { binary, masked }: { readonly binary: boolean; readonly masked: boolean },
  ): boolean {
    if (this.#socket.readyState !== WebSocket.OPEN) return false;
    for (const [at, part] of parts.entries()) {
      this.#socket.send(part, { binary, mask: masked, fin: at === parts.length - 1 });
    }
    return true;
  }

  ping(payload: string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping(payload);
  }

  close(code: number, reason: string): void {
    if (this.#state !== 'open') return;
    if (this.#socket.readyState === WebSocket.OPEN) {
      this.#byUs = true;
      this.#closeSent = true;
      this.#socket.close(code, reason);
    }
    this.#closeTimer ??= setTimeout(() => this.#socket.terminate(), this.#request.closeBudgetMs);
  }

  terminate(): void {
    if (this.#state === 'opening') {
      this.#censor();
      return;
    }
    if (this.#state === 'open' && this.#socket.readyState === WebSocket.OPEN) this.#byUs = true;
    this.#socket.terminate();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  #connect(target: unknown): Socket {
    const { socket, timeline } = connectTimed(this.#request, target);
    this.#timeline = timeline;
    // The library keeps a reset of an open connection to itself; it tells a reset from a mere end.
    socket.on('error', (error) => {
      if (this.#state === 'open') this.#error ??= { message: describeError(error), code: systemCode(error) };
    });
    return socket;
  }

  #attach(socket: WebSocket): void {
    const handlers = this.#handlers;
    socket.on('upgrade', (response) => {
      this.#upgrade = response;
    });
    socket.on('open', () => this.#opened());
    socket.on('message', (data, isBinary) => {
      // With the default binaryType the library hands out one Buffer per message.
      if (!Buffer.isBuffer(data)) return;
      const text = data.toString('utf8');
      // The library does not tell its reads apart.
      this.#messages += 1;
      handlers.onMessage({
        text,
        binary: isBinary,
        buffer: data,
        start: 0,
        end: data.length,
        read: this.#messages,
      });
    });
    socket.on('ping', (data) => {
      if (socket.readyState === WebSocket.OPEN) socket.pong(data);
      handlers.onPing(data);
    });
    socket.on('pong', (data) => handlers.onPong(data));
    socket.on('unexpected-response', (_request, response) => this.#refused(response));
    socket.on('error', (error) => this.#failed(error));
    socket.on('close', (code, reason) => this.#closed(code, reason));
  }

  #opened(): void {
    if (this.#state !== 'opening') return;
    this.#state = 'open';
    clearTimeout(this.#budgetTimer);
    this.#handlers.onOpen({
      ...attemptFacts(this.#timeline),
      subprotocol: this.#socket.protocol === '' ? null : this.#socket.protocol,
      headers: this.#upgrade?.headers ?? {},
    });
  }

  #refused(response: IncomingMessage): void {
    if (this.#state !== 'opening') return;
    // From here the status is known: a body that never ends is cut, it does not change what was observed.
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
      this.#socket.terminate();
    });
  }

  #failed(error: Error): void {
    if (this.#state === 'open') {
      const code = systemCode(error);
      this.#error ??= { message: describeError(error), code };
      // A protocol error of the peer, or data that does not inflate: the library answers with a close frame of its own.
      if (code?.startsWith('WS_ERR_') === true || code?.startsWith('Z_') === true) {
        this.#byUs = true;
        this.#closeSent = true;
        this.#closeTimer ??= setTimeout(() => this.#socket.terminate(), this.#request.closeBudgetMs);
      }
      return;
    }
    if (this.#state !== 'opening') return;
    const explained =
      this.#upgrade === null
        ? null
        : explainUpgrade(this.#upgrade, this.#request.subprotocols, this.#offersCompression);
    this.#settle();
    this.#handlers.onFailed({
      ...attemptFacts(this.#timeline),
      phase: phaseOf(this.#timeline),
      cause: explained?.cause ?? describeError(error),
      code: explained?.code ?? systemCode(error) ?? (this.#upgrade === null ? null : 'UPGRADE_INVALID'),
    });
  }

  #closed(code: number, reason: Buffer): void {
    if (this.#state !== 'open') return;
    this.#settle();
    // The library reports 1006 exactly when no close frame was received (RFC 6455 §7.1.5).
    const received = code === 1006 ? null : { code, reason: reason.toString('utf8') };
    this.#handlers.onClose({
      received,
      byUs: this.#byUs,
      sent: this.#closeSent || received !== null,
      error: this.#error,
    });
  }

  #censor(): void {
    if (this.#state === 'refused') {
      this.#socket.terminate();
      return;
    }
    if (this.#state !== 'opening') return;
    const phase = phaseOf(this.#timeline);
    const facts = attemptFacts(this.#timeline);
    this.#settle();
    this.#handlers.onCensored({ ...facts, phase });
    this.#socket.terminate();
  }

  #settle(): void {
    this.#state = 'ended';
    clearTimeout(this.#budgetTimer);
    clearTimeout(this.#closeTimer);
  }
}
