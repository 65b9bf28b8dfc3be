import { subscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import type { Dispatcher } from 'undici';
import type { NetworkPhase, NoAnswer, PhaseTimings } from '../evidence/evidence.ts';
import { systemClock } from '../foundation/clock.ts';
import { describeError } from '../foundation/errors.ts';
import type { ConnectTimeline } from './connect-timeline.ts';
import { systemCode } from './system-code.ts';
import type { TimedConnector } from './timed-connector.ts';

/** What came back on the wire, before anything is judged, cut for a record or parsed. */
export type RawOutcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: Readonly<Record<string, string | string[] | undefined>>;
      readonly body: Buffer;
      readonly bodyBytes: number;
      readonly bodyCut: boolean;
    }
  | NoAnswer;

/** Requests that are being written, by the `traceparent` that tells them apart in undici's diagnostics. */
const beingSent = new Map<string, HttpExchange>();

subscribe('undici:client:sendHeaders', (message) => {
  if (typeof message !== 'object' || message === null || !('headers' in message) || !('socket' in message))
    return;
  const { headers, socket } = message;
  if (typeof headers !== 'string' || !(socket instanceof Socket)) return;
  const traceParent = /^traceparent: (.*)\r$/m.exec(headers)?.[1];
  if (traceParent !== undefined) beingSent.get(traceParent)?.onSent(socket);
});

interface HttpExchangeOptions {
  readonly traceParent: string;
  readonly budgetMs: number;
  readonly maxBodyBytes: number;
  readonly connector: TimedConnector;
}

/** One request and its answer, driven by undici's dispatcher and bounded by its own budget. */
export class HttpExchange implements Dispatcher.DispatchHandler {
  /** Never rejects. */
  readonly outcome: Promise<RawOutcome>;
  readonly #options: HttpExchangeOptions;
  readonly #startedAtMs = systemClock.now();
  readonly #timer: NodeJS.Timeout;
  readonly #chunks: Buffer[] = [];
  #resolve: (outcome: RawOutcome) => void = () => {};
  #controller: Dispatcher.DispatchController | null = null;
  #connect: ConnectTimeline | null = null;
  #sentAtMs: number | null = null;
  #answeredAtMs: number | null = null;
  #endedAtMs: number | null = null;
  #isAbandoned = false;
  #status = 0;
  #headers: Readonly<Record<string, string | string[] | undefined>> = {};
  #bodyBytes = 0;
  #keptBytes = 0;

  constructor(options: HttpExchangeOptions) {
    this.#options = options;
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#timer = setTimeout(() => {
      this.#settle({ kind: 'censored', phase: this.#phase(), budgetMs: options.budgetMs });
    }, options.budgetMs);
    beingSent.set(options.traceParent, this);
  }

  get timings(): PhaseTimings {
    const endedAtMs = this.#endedAtMs ?? systemClock.now();
    const between = (from: number | null, to: number | null): number | null =>
      from === null || to === null ? null : to - from;
    return {
      dnsMs: this.#connect?.dnsMs ?? null,
      tcpMs: this.#connect?.tcpMs ?? null,
      tlsMs: this.#connect?.tlsMs ?? null,
      waitMs: between(this.#sentAtMs, this.#answeredAtMs),
      bodyMs: between(this.#answeredAtMs, endedAtMs),
      totalMs: endedAtMs - this.#startedAtMs,
    };
  }

  /** Gives the exchange up for a reason of ours: what was waited for so far is censored. */
  abandon(): void {
    if (this.#endedAtMs !== null) return;
    this.#isAbandoned = true;
    this.#settle({
      kind: 'censored',
      phase: this.#phase(),
      budgetMs: systemClock.now() - this.#startedAtMs,
    });
  }

  /** True when the exchange ended because it was given up. */
  get isAbandoned(): boolean {
    return this.#isAbandoned;
  }

  onSent(socket: Socket): void {
    this.#sentAtMs = systemClock.now();
    this.#connect = this.#options.connector.claim(socket);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Given up while it waited for a connection: it must not reach the target any more.
    if (this.#endedAtMs !== null) controller.abort(new Error('given up before it was sent'));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    this.#answeredAtMs = systemClock.now();
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#endedAtMs !== null) return;
    this.#bodyBytes += chunk.length;
    const room = this.#options.maxBodyBytes - this.#keptBytes;
    const kept = chunk.length <= room ? chunk : chunk.subarray(0, room);
    this.#keptBytes += kept.length;
    this.#chunks.push(kept);
    if (this.#bodyBytes > this.#options.maxBodyBytes) this.#settle(this.#answer(true));
  }

  onResponseEnd(): void {
    this.#settle(this.#answer(false));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const attempt = this.#options.connector.failedAttempt(error);
    if (attempt !== null) this.#connect = attempt;
    this.#settle({
      kind: 'failed',
      phase: attempt === null ? this.#phase() : connectPhase(attempt),
      cause: describeError(error),
      code: systemCode(error),
    });
  }

  #answer(bodyCut: boolean): RawOutcome {
    return {
      kind: 'answered',
      status: this.#status,
      headers: this.#headers,
      body: Buffer.concat(this.#chunks),
      bodyBytes: this.#bodyBytes,
      bodyCut,
    };
  }

  #phase(): NetworkPhase {
    if (this.#answeredAtMs !== null) return 'body';
    if (this.#sentAtMs !== null) return 'request';
    const attempt = this.#options.connector.pendingAttempt();
    if (attempt === null) return 'request';
    this.#connect = attempt;
    return connectPhase(attempt);
  }

  #settle(outcome: RawOutcome): void {
    if (this.#endedAtMs !== null) return;
    this.#end();
    this.#resolve(outcome);
  }

  #end(): void {
    clearTimeout(this.#timer);
    beingSent.delete(this.#options.traceParent);
    this.#endedAtMs = systemClock.now();
    // Ends a request that is still under way; undici ignores it for a complete one.
    this.#controller?.abort(new Error('the exchange has ended'));
  }
}

function connectPhase(attempt: ConnectTimeline): NetworkPhase {
  return attempt.phase === 'ready' ? 'request' : attempt.phase;
}
