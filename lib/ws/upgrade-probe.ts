import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import type { EvidenceBody, RecordedHeaders } from '../evidence/evidence.ts';
import { Deadline } from '../foundation/deadline.ts';
import { describeError } from '../foundation/errors.ts';
import { printable } from '../foundation/printable.ts';
import { randomHex } from '../foundation/random.ts';
import { SecretIndex } from '../foundation/redaction.ts';
import { recordedHeaders } from '../http/recorded-headers.ts';
import { assertHonestHeaders, identityHeaders } from '../http/request-identity.ts';
import { attemptFacts, phaseOf } from './attempt-clock.ts';
import { authOffer } from './auth-offer.ts';
import { DEFAULT_CONNECTION_LIMITS } from './connection-limits.ts';
import { clientFrame, closeBody, randomKey } from './frame-writer.ts';
import type { OpenConnectionOptions } from './handshake.ts';
import { endOfHead, parseHead, type HttpHead } from './http-head.ts';
import { connectTimed } from './timed-connect.ts';

const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** The head of the answer to an opening handshake; its body is not read. */
export type UpgradeAnswer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: RecordedHeaders;
      /** Whether Sec-WebSocket-Accept belongs to the key that was sent (RFC 6455 §4.2.2). */
      readonly isAcceptRight: boolean;
      readonly evidence: string;
    }
  | { readonly kind: 'unanswered'; readonly cause: string; readonly evidence: string };

type UpgradeProbeOptions = Pick<
  OpenConnectionOptions,
  'url' | 'token' | 'runId' | 'recorder' | 'secrets' | 'canaries' | 'caPem' | 'budgetMs' | 'signal'
> & {
  /** Replaces headers of a correct opening handshake, by lower-case name; null leaves one out. */
  readonly headers?: Readonly<Record<string, string | null>>;
};

const writer = randomHex(3);
let probes = 0;

/**
 * Sends an opening handshake as it is told, correct or not, and returns the head of the answer. An accepted one is
 * closed at once. @throws the reason of `signal`.
 */
export async function probeUpgrade(options: UpgradeProbeOptions): Promise<UpgradeAnswer> {
  const url = new URL(options.url);
  const isSecure = url.protocol === 'wss:';
  const key = randomKey();
  const headers = requestHeaders(url, key, options);
  const target = {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
  };
  const { caPem } = options;
  const { socket, timeline } = connectTimed(
    { url: options.url, ...(caPem === undefined ? {} : { caPem }) },
    target,
  );
  using deadline = new Deadline(options.budgetMs, { parent: options.signal });
  const record = (outcome: (EvidenceBody & { readonly kind: 'ws.handshake' })['outcome']): string => {
    const { timings, peer } = attemptFacts(timeline);
    const secrets = options.secrets ?? new SecretIndex();
    probes += 1;
    return options.recorder.record({
      kind: 'ws.handshake',
      connection: `${writer}-u${probes}`,
      url: secrets.redact(options.url),
      transport: options.token === null ? 'none' : 'authorization-header',
      subject: options.token?.subject ?? null,
      offered: [],
      requestHeaders: recordedHeaders(headers, { redact: (text) => secrets.redact(text) }),
      outcome,
      timings,
      peer,
    });
  };
  try {
    const request = requestText(url, headers);
    const head = await deadline.race('an answer to an opening handshake', async () =>
      answerOf(socket, isSecure ? 'secureConnect' : 'connect', request),
    );
    const recorded = recordedHeaders(head.headers);
    const evidence = record(
      head.status === 101
        ? { kind: 'open', subprotocol: null, headers: recorded }
        : { kind: 'refused', status: head.status, headers: recorded, bodySample: '', bodyBytes: 0 },
    );
    const answer = `the ${head.status}`;
    options.canaries?.heardHeaders(
      { kind: 'opening', where: answer, reader: options.token?.subject ?? null, evidence },
      head.headers,
      `of ${answer}`,
    );
    if (head.status === 101) socket.write(clientFrame(0x8, closeBody(1000, '')));
    const expected = createHash('sha1')
      .update(key + ACCEPT_GUID)
      .digest('base64');
    const isAcceptRight = head.headers['sec-websocket-accept'] === expected;
    return { kind: 'answered', status: head.status, headers: recorded, isAcceptRight, evidence };
  } catch (error) {
    if (options.signal.aborted) throw options.signal.reason;
    const cause = printable(describeError(error));
    const evidence = record({ kind: 'failed', phase: phaseOf(timeline), cause, code: null });
    return { kind: 'unanswered', cause, evidence };
  } finally {
    socket.end();
    socket.destroySoon();
  }
}

function requestHeaders(
  url: URL,
  key: string,
  options: UpgradeProbeOptions,
): Readonly<Record<string, string>> {
  const wanted: Readonly<Record<string, string | null>> = {
    host: url.host,
    ...identityHeaders({ runId: options.runId }),
    ...authOffer('authorization-header', options.token, 'staging').headers,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': key,
    ...options.headers,
  };
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(wanted)) if (value !== null) headers[name] = value;
  assertHonestHeaders(headers, null);
  return headers;
}

function requestText(url: URL, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** Writes the request once connected; resolves with the first head that is no interim answer. */
function answerOf(
  socket: Socket,
  connected: 'connect' | 'secureConnect',
  request: string,
): Promise<HttpHead> {
  return new Promise((resolve, reject) => {
    let bytes: Buffer = Buffer.alloc(0);
    socket.once(connected, () => socket.write(request, 'latin1'));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the connection ended before an answer')));
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      const end = endOfHead(bytes, DEFAULT_CONNECTION_LIMITS.maxHeaderBytes);
      if (typeof end !== 'number') return reject(new Error(end.cause));
      if (end === 0) return;
      const head = parseHead(bytes.toString('latin1', 0, end - 4));
      if ('code' in head) reject(new Error(head.cause));
      else resolve(head);
    });
  });
}
