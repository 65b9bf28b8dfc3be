// The pool alone: undici's index also loads fetch, caches and mocks, which costs every process some 50 ms.
import Pool from 'undici/lib/dispatcher/pool.js';
import type { HttpOutcome, NetworkPhase, PhaseTimings, RecordedHeaders } from '../evidence/evidence.ts';
import type { Recorder } from '../evidence/ledger.ts';
import { assertNever } from '../foundation/errors.ts';
import { printable } from '../foundation/printable.ts';
import type { SecretIndex } from '../foundation/redaction.ts';
import type { BearerToken } from './bearer-token.ts';
import type { CanaryBook } from './canary-book.ts';
import { ACCEPTED_CODING, decodeBody } from './content-coding.ts';
import { CookieJar } from './cookie-jar.ts';
import { HttpExchange, type RawOutcome } from './http-exchange.ts';
import { findLeaks, type Leak } from './leak.ts';
import { recordedHeaders } from './recorded-headers.ts';
import { recordedText } from './recorded-text.ts';
import { assertHonestHeaders, identityHeaders } from './request-identity.ts';
import { TimedConnector } from './timed-connector.ts';

export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';

export interface HttpRequest {
  readonly method: HttpMethod;
  /** Path and query, with a leading slash, relative to the client's base URL. */
  readonly path: string;
  readonly token?: BearerToken | null;
  /** `none` sends the token without the scheme that RFC 6750 §2.1 demands: it must be refused. Default `bearer`. */
  readonly scheme?: 'bearer' | 'none';
  /** Whose cookie jar is used. Default: the token's subject. */
  readonly user?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** How long we wait for the whole answer; a longer one is censored, never "down". */
  readonly budgetMs: number;
  readonly signal: AbortSignal;
  readonly recorder: Recorder;
}

interface HttpResultBase {
  readonly timings: PhaseTimings;
  /** Id of the `http.exchange` record. */
  readonly evidence: string;
}

export type HttpResult =
  | (HttpResultBase & {
      readonly kind: 'answered';
      readonly status: number;
      /** Lower-case names, secrets replaced. */
      readonly headers: RecordedHeaders;
      /** The body as text, up to the body limit; may hold secrets, so it never goes into a record or a message. */
      readonly text: string;
      readonly bodySample: string;
      readonly bodyBytes: number;
      readonly bodyCut: boolean;
      /** The parsed body; undefined when it is empty or not strict JSON. */
      readonly json: unknown;
      /** Why the body is not JSON; null when it is. */
      readonly jsonError: string | null;
      readonly leaks: readonly Leak[];
    })
  | (HttpResultBase & {
      readonly kind: 'failed';
      readonly phase: NetworkPhase;
      readonly cause: string;
      readonly code: string | null;
    })
  | (HttpResultBase & { readonly kind: 'censored'; readonly phase: NetworkPhase; readonly budgetMs: number });

export interface HttpLimits {
  /** Bytes of a body that are read; the rest is cut and flagged. Default 1 MiB. */
  readonly maxBodyBytes: number;
  /** Bytes of all response headers. Default 32 KiB. */
  readonly maxHeaderBytes: number;
  /** Connections to the target at once. Default 64. */
  readonly maxConnections: number;
}

export interface HttpClientOptions {
  readonly baseUrl: string;
  readonly runId: string;
  /** Default `stagegate/<version>`. */
  readonly userAgent?: string;
  /** A CA certificate trusted beside the built-in ones. */
  readonly caPem?: string;
  readonly limits?: Partial<HttpLimits>;
  /** Default: a jar of its own. Share one with WebSocket connections for load-balancer affinity. */
  readonly cookies?: CookieJar;
  /** Finds registered secrets in answers. */
  readonly secrets?: Pick<SecretIndex, 'findLive' | 'redact'>;
  /** Is told what is written and what is answered. */
  readonly canaries?: CanaryBook;
}

export interface HttpClient extends AsyncDisposable {
  readonly baseUrl: string;
  readonly cookies: CookieJar;
  /**
   * Sends one request and records it; whatever the target does is a result, not an error.
   * @throws the reason of `signal` when it aborts; what was under way is then recorded as censored.
   */
  request(request: HttpRequest): Promise<HttpResult>;
}

const DEFAULT_HTTP_LIMITS: HttpLimits = {
  maxBodyBytes: 1024 * 1024,
  maxHeaderBytes: 32 * 1024,
  maxConnections: 64,
};

/** Characters of a body that a record keeps. */
const BODY_SAMPLE_LENGTH = 2_000;

/**
 * Opens a recording HTTP/1.1 client for one target: keep-alive, no redirects, a cookie jar per user, every exchange recorded.
 * @throws {TypeError} when `baseUrl` is not an http(s) URL.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  return new PoolClient(options);
}

class PoolClient implements HttpClient {
  readonly baseUrl: string;
  readonly cookies: CookieJar;
  readonly #options: HttpClientOptions;
  readonly #limits: HttpLimits;
  readonly #base: URL;
  readonly #connector: TimedConnector;
  readonly #pool: Pool;
  readonly #redact: (text: string) => string;

  constructor(options: HttpClientOptions) {
    this.#options = options;
    this.#base = new URL(options.baseUrl);
    if (this.#base.protocol !== 'http:' && this.#base.protocol !== 'https:') {
      throw new TypeError(`expected an http or https base URL, got ${this.#base.protocol}`);
    }
    this.baseUrl = options.baseUrl.replace(/\/+$/, '');
    this.cookies = options.cookies ?? new CookieJar();
    this.#limits = { ...DEFAULT_HTTP_LIMITS, ...options.limits };
    this.#connector = new TimedConnector(options.caPem);
    this.#redact =
      options.secrets === undefined ? (text) => text : (text) => options.secrets?.redact(text) ?? text;
    this.#pool = new Pool(this.#base.origin, {
      connect: this.#connector.connect,
      connections: this.#limits.maxConnections,
      pipelining: 1,
      // Every wait is bounded by the budget of its request.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: this.#limits.maxHeaderBytes,
    });
  }

  async request(request: HttpRequest): Promise<HttpResult> {
    if (!request.path.startsWith('/'))
      throw new TypeError(`expected a path with a leading slash, got ${request.path}`);
    request.signal.throwIfAborted();
    const url = new URL(this.baseUrl + request.path);
    const user = request.user ?? request.token?.subject ?? '';
    const identity = identityHeaders({ runId: this.#options.runId, userAgent: this.#options.userAgent });
    const headers: Record<string, string> = {
      ...identity,
      accept: 'application/json, */*;q=0.5',
      'accept-encoding': ACCEPTED_CODING,
      ...request.headers,
    };
    assertHonestHeaders(headers, url.pathname);
    if (request.token != null) {
      const scheme = request.scheme === 'none' ? '' : 'Bearer ';
      headers['authorization'] = `${scheme}${request.token.reveal()}`;
    }
    const cookie = this.cookies.header(user, url);
    if (cookie !== null) headers['cookie'] = cookie;
    const json = request.json === undefined ? null : JSON.stringify(request.json);
    const body = json === null ? null : Buffer.from(json, 'utf8');
    if (body !== null) headers['content-type'] ??= 'application/json';
    this.#options.canaries?.wrote(request.token?.subject ?? null, `${url.href} ${json ?? ''}`);

    const exchange = new HttpExchange({
      traceParent: identity.traceparent,
      budgetMs: request.budgetMs,
      maxBodyBytes: this.#limits.maxBodyBytes,
      connector: this.#connector,
    });
    const onAbort = (): void => exchange.abandon();
    request.signal.addEventListener('abort', onAbort, { once: true });
    try {
      this.#pool.dispatch(
        { method: request.method, path: url.pathname + url.search, headers, body },
        exchange,
      );
      const outcome = await exchange.outcome;
      if (outcome.kind === 'answered') this.cookies.store(user, url, listOf(outcome.headers['set-cookie']));
      const result = this.#record(request, url, headers, body?.length ?? 0, outcome, exchange.timings);
      if (exchange.isAbandoned) throw request.signal.reason;
      return result;
    } finally {
      // Ends the exchange also when it could not even be dispatched.
      exchange.abandon();
      request.signal.removeEventListener('abort', onAbort);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#connector.destroy();
    await this.#pool.destroy();
  }

  #record(
    request: HttpRequest,
    url: URL,
    headers: Readonly<Record<string, string>>,
    requestBytes: number,
    raw: RawOutcome,
    timings: PhaseTimings,
  ): HttpResult {
    const decoded =
      raw.kind === 'answered'
        ? decodeBody(raw.body, raw.headers['content-encoding'], this.#limits.maxBodyBytes)
        : null;
    const text = decoded?.kind === 'decoded' ? decoded.body.toString('utf8') : '';
    const undecodable = decoded?.kind === 'undecodable' ? decoded.coding : null;
    const outcome = this.#recordedOutcome(raw, text);
    const evidence = request.recorder.record({
      kind: 'http.exchange',
      method: request.method,
      url: this.#redact(url.href),
      requestHeaders: recordedHeaders(headers, { redact: this.#redact }),
      requestBytes,
      subject: request.token?.subject ?? null,
      tokenFingerprint: request.token?.fingerprint ?? null,
      outcome,
      timings,
    });
    if (outcome.kind !== 'answered') return { ...outcome, timings, evidence };
    const { canaries } = this.#options;
    if (canaries !== undefined && raw.kind === 'answered') {
      const where = `the answer to ${request.method} ${url.pathname}`;
      const heard = { kind: 'http answer', reader: request.token?.subject ?? null, evidence } as const;
      canaries.heardHeaders({ ...heard, where }, raw.headers, `of ${where}`);
      canaries.heard({ ...heard, where: `body of ${where}` }, text);
    }
    const leaks = raw.kind === 'answered' ? this.#leaks(raw.headers, text) : [];
    return { ...outcome, text, ...strictJson(text, outcome.bodyCut, undecodable), leaks, timings, evidence };
  }

  #recordedOutcome(raw: RawOutcome, text: string): HttpOutcome {
    switch (raw.kind) {
      case 'answered':
        return {
          kind: 'answered',
          status: raw.status,
          headers: recordedHeaders(raw.headers, { redact: this.#redact }),
          bodySample: recordedText(text, BODY_SAMPLE_LENGTH, this.#redact),
          bodyBytes: raw.bodyBytes,
          bodyCut: raw.bodyCut,
        };
      case 'failed':
        return { ...raw, cause: printable(this.#redact(raw.cause)) };
      case 'censored':
        return raw;
      default:
        return assertNever(raw);
    }
  }

  #leaks(headers: Readonly<Record<string, string | string[] | undefined>>, text: string): readonly Leak[] {
    const { secrets } = this.#options;
    return secrets === undefined ? [] : findLeaks(secrets, { headers, texts: [['body', text]] });
  }
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}

function strictJson(
  text: string,
  isCut: boolean,
  undecodable: string | null,
): { readonly json: unknown; readonly jsonError: string | null } {
  if (isCut) return { json: undefined, jsonError: 'the body is larger than the limit' };
  if (undecodable !== null) {
    const coding = printable(undecodable, 40);
    return { json: undefined, jsonError: `the body does not decode by its content coding "${coding}"` };
  }
  if (text === '') return { json: undefined, jsonError: 'the body is empty' };
  try {
    return { json: JSON.parse(text), jsonError: null };
  } catch {
    // The parser's message quotes the body, which may hold a secret.
    return { json: undefined, jsonError: 'the body is not JSON' };
  }
}
