import type { EvidenceBody, HandshakeOutcome } from '../evidence/evidence.ts';
import { printable } from '../foundation/printable.ts';
import { randomHex } from '../foundation/random.ts';
import { SecretIndex } from '../foundation/redaction.ts';
import { findLeaks } from '../http/leak.ts';
import { recordedHeaders, recordedSubprotocol } from '../http/recorded-headers.ts';
import { recordedText } from '../http/recorded-text.ts';
import { assertHonestHeaders, identityHeaders } from '../http/request-identity.ts';
import type { Abortable } from './abort-watch.ts';
import { authOffer } from './auth-offer.ts';
import { DEFAULT_CONNECTION_LIMITS, type ConnectionLimits } from './connection-limits.ts';
import { DigestMessageLog, FullMessageLog } from './message-log.ts';
import type { HandshakeResult, OpenConnectionOptions } from './handshake.ts';
import { RecordedConnection } from './recorded-connection.ts';
import type {
  AttemptFacts,
  RawHeaders,
  TransportClose,
  TransportHandle,
  TransportHandlers,
  WireMessage,
} from './transport.ts';
import { wsTransport } from './ws-transport.ts';

/** Characters of a refusal's body that a record keeps. */
const BODY_SAMPLE_LENGTH = 2_000;

type FactsOf<Handler extends 'onOpen' | 'onRefused' | 'onFailed' | 'onCensored'> = Parameters<
  TransportHandlers[Handler]
>[0];

const writer = randomHex(3);
let connections = 0;

const NO_HEADERS = Object.freeze({});

/** One opening handshake from the offer to its end, and the wiring of the connection that it may open. */
export class HandshakeAttempt implements Abortable, TransportHandlers {
  /** Rejects only when the attempt is abandoned. */
  readonly result: Promise<HandshakeResult>;
  readonly #options: OpenConnectionOptions;
  readonly #id: string;
  readonly #limits: ConnectionLimits;
  readonly #secrets: SecretIndex;
  readonly #redact: (text: string) => string;
  readonly #offered: readonly string[];
  #headers: Readonly<Record<string, string>>;
  readonly #handle: TransportHandle;
  #resolve: (result: HandshakeResult) => void = () => {};
  #reject: (reason: unknown) => void = () => {};
  #isSettled = false;
  #isAbandoned = false;
  #connection: RecordedConnection | null = null;

  constructor(options: OpenConnectionOptions) {
    this.#options = options;
    connections += 1;
    this.#id = `${writer}-${connections}`;
    this.#limits = { ...DEFAULT_CONNECTION_LIMITS, ...options.limits };
    const secrets = options.secrets ?? new SecretIndex();
    this.#secrets = secrets;
    this.#redact = (text) => secrets.redact(text);
    const offer = authOffer(options.authTransport, options.token, options.environment ?? 'staging');
    this.#offered = [...offer.subprotocols, ...(options.extraSubprotocols ?? [])];
    // Not spread: V8 gives each object that is spread from several a hidden class of its own, which outlives the opening.
    const headers: Record<string, string> = identityHeaders({
      runId: options.runId,
      userAgent: options.userAgent,
    });
    const { origin, extraHeaders } = options;
    for (const more of [
      offer.headers,
      this.#cookieHeader(),
      origin == null ? null : { origin },
      extraHeaders,
    ]) {
      Object.assign(headers, more);
    }
    this.#headers = headers;
    assertHonestHeaders(this.#headers, null);
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#handle = (options.transport ?? wsTransport).open(
      {
        url: options.url,
        subprotocols: this.#offered,
        headers: this.#headers,
        budgetMs: options.budgetMs,
        closeBudgetMs: this.#limits.closeBudgetMs,
        maxMessageBytes: this.#limits.maxMessageBytes,
        maxHeaderBytes: this.#limits.maxHeaderBytes,
        maxRefusalBodyBytes: this.#limits.maxRefusalBodyBytes,
        ...(options.caPem === undefined ? {} : { caPem: options.caPem }),
      },
      this,
    );
  }

  /** Gives the attempt up because its signal aborted; `result` rejects with the reason unless an answer has come. */
  abort(): void {
    if (this.#isSettled) return;
    this.#isAbandoned = true;
    this.#handle.terminate();
  }

  /** @internal Called by the transport, as all that follow. */
  onRefused(facts: FactsOf<'onRefused'>): void {
    this.#storeCookies(facts.headers);
    const headers = recordedHeaders(facts.headers, { redact: this.#redact });
    const { status, body, bodyBytes } = facts;
    const bodySample = recordedText(body, BODY_SAMPLE_LENGTH, this.#redact);
    const evidence = this.#record({ kind: 'refused', status, headers, bodySample, bodyBytes }, facts);
    const leaks = findLeaks(this.#secrets, { headers: facts.headers, texts: [['body', body]] });
    this.#hear(`the ${status}`, facts.headers, evidence, body);
    this.#settle({
      kind: 'refused',
      status,
      headers,
      body,
      bodyBytes,
      leaks,
      evidence,
      timings: facts.timings,
    });
  }

  onFailed(facts: FactsOf<'onFailed'>): void {
    const outcome = {
      kind: 'failed',
      phase: facts.phase,
      cause: printable(this.#redact(facts.cause)),
      code: facts.code,
    } as const;
    this.#settle({ ...outcome, evidence: this.#record(outcome, facts), timings: facts.timings });
  }

  onCensored(facts: FactsOf<'onCensored'>): void {
    const budgetMs = this.#isAbandoned ? facts.timings.totalMs : this.#options.budgetMs;
    const outcome = { kind: 'censored', phase: facts.phase, budgetMs } as const;
    const evidence = this.#record(outcome, facts);
    if (this.#isAbandoned) this.#reject(this.#options.signal.reason);
    this.#settle({ ...outcome, evidence, timings: facts.timings });
  }

  onMessage(message: WireMessage): void {
    this.#connection?.receive(message);
  }

  onPing(payload: Buffer): void {
    this.#connection?.receivePing(payload);
  }

  onPong(payload: Buffer): void {
    this.#connection?.receivePong(payload.toString('utf8'));
  }

  onClose(close: TransportClose): void {
    this.#connection?.receiveClose(close);
  }

  onOpen(facts: FactsOf<'onOpen'>): void {
    if (this.#isSettled) return;
    this.#storeCookies(facts.headers);
    const { recorder, ledger, authTransport, token } = this.#options;
    const leaks = findLeaks(this.#secrets, { headers: facts.headers, texts: [] });
    const headers = recordedHeaders(facts.headers, leaks.length === 0 ? {} : { redact: this.#redact });
    const subprotocol = facts.subprotocol === null ? null : recordedSubprotocol(facts.subprotocol);
    const evidence = this.#record({ kind: 'open', subprotocol, headers }, facts);
    this.#hear('the 101', facts.headers, evidence);
    const connection = new RecordedConnection({
      facts: {
        id: this.#id,
        subject: token?.subject ?? null,
        authTransport,
        ledger: ledger ?? 'full',
        openedAtMs: recorder.now(),
        subprotocol,
        headers,
        evidence,
      },
      recorder,
      limits: this.#limits,
      log:
        ledger === 'digest'
          ? new DigestMessageLog(recorder, this.#id)
          : new FullMessageLog(recorder, this.#id, this.#secrets),
      secrets: this.#secrets,
      leaks,
      handle: this.#handle,
      canaries: this.#options.canaries ?? null,
    });
    this.#connection = connection;
    const { firstMessage } = this.#options;
    if (firstMessage !== undefined) connection.send(firstMessage);
    // They hold the token, and a connection may stay open for hours.
    this.#headers = NO_HEADERS;
    this.#settle({ kind: 'open', connection, evidence, timings: facts.timings });
  }

  /** @param answer what the headers and the body belong to, as `the 101`. */
  #hear(answer: string, headers: RawHeaders, evidence: string, body = ''): void {
    const { canaries, token } = this.#options;
    if (canaries === undefined) return;
    const heard = { kind: 'opening', reader: token?.subject ?? null, evidence } as const;
    canaries.heardHeaders({ ...heard, where: answer }, headers, `of ${answer}`);
    if (body !== '') canaries.heard({ ...heard, where: `body of ${answer}` }, body);
  }

  #settle(result: HandshakeResult): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#resolve(result);
  }

  #record(outcome: HandshakeOutcome, facts: AttemptFacts): string {
    const { recorder, url, authTransport, token, transport } = this.#options;
    const known = token === null ? undefined : { value: token.reveal(), fingerprint: token.fingerprint };
    const offer = transport?.extensionOffer;
    const sent =
      offer === undefined ? this.#headers : { ...this.#headers, 'sec-websocket-extensions': offer };
    const body: EvidenceBody = {
      kind: 'ws.handshake',
      connection: this.#id,
      url: this.#redact(url),
      transport: authTransport,
      subject: token?.subject ?? null,
      tokenFingerprint: token?.fingerprint ?? null,
      offered: this.#offered.map((name) => recordedSubprotocol(name, known)),
      requestHeaders: recordedHeaders(sent, { redact: this.#redact, token: known }),
      outcome,
      timings: facts.timings,
      peer: facts.peer,
    };
    return recorder.record(body);
  }

  #cookieHeader(): Readonly<Record<string, string>> {
    const { cookies, token, url } = this.#options;
    const header = cookies?.header(token?.subject ?? '', new URL(url)) ?? null;
    return header === null ? {} : { cookie: header };
  }

  #storeCookies(headers: RawHeaders): void {
    const setCookie = headers['set-cookie'];
    if (setCookie === undefined) return;
    const { cookies, token, url } = this.#options;
    const lines = typeof setCookie === 'string' ? [setCookie] : setCookie;
    cookies?.store(token?.subject ?? '', new URL(url), lines);
  }
}
