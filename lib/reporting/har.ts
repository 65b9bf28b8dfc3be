import type { Evidence, EvidenceBody, PhaseTimings, RecordedHeaders } from '../evidence/evidence.ts';
import type { RunRecord } from '../evidence/run-record.ts';

type BodyOf<K extends EvidenceBody['kind']> = Extract<EvidenceBody, { readonly kind: K }>;
interface HarMessage {
  readonly type: 'send' | 'receive';
  /** Seconds since 1970, as browsers write them. */
  readonly time: number;
  readonly opcode: 1 | 2;
  readonly data: string;
}

/**
 * The wire of a run as HAR 1.2: every request and every opening handshake, with the messages of its connection in the field
 * that the network panel of browsers reads (`_webSocketMessages`). Bodies are the redacted samples of the record.
 */
export function harLog(record: RunRecord, evidence: readonly Evidence[]): unknown {
  const messages = new Map<string, HarMessage[]>();
  for (const { body, wallTime } of evidence) {
    if (body.kind !== 'ws.message') continue;
    const list = messages.get(body.connection) ?? [];
    list.push({
      type: body.direction === 'out' ? 'send' : 'receive',
      time: Date.parse(wallTime) / 1_000,
      opcode: body.binary ? 2 : 1,
      data: body.sample ?? '',
    });
    messages.set(body.connection, list);
  }
  const entries = evidence.flatMap(({ id, check, wallTime, body }) => {
    const comment = `${id}${check === null ? '' : ` ${check}`}`;
    if (body.kind === 'http.exchange') return [exchangeEntry(body, wallTime, comment)];
    if (body.kind === 'ws.handshake') {
      return [handshakeEntry(body, wallTime, comment, messages.get(body.connection) ?? [])];
    }
    return [];
  });
  return {
    log: {
      version: '1.2',
      creator: { name: 'stagegate', version: record.harness.version },
      pages: [],
      entries: entries.toSorted((a, b) => (a.startedDateTime < b.startedDateTime ? -1 : 1)),
      comment: `run ${record.runId}`,
    },
  };
}

interface HarEntry {
  readonly startedDateTime: string;
  readonly [field: string]: unknown;
}

function exchangeEntry(body: BodyOf<'http.exchange'>, wallTime: string, comment: string): HarEntry {
  const { outcome } = body;
  const answer =
    outcome.kind === 'answered'
      ? response(outcome.status, outcome.headers, outcome.bodySample, outcome.bodyBytes)
      : { ...response(0, {}, '', 0), comment: outcome.kind === 'failed' ? outcome.cause : 'no answer' };
  return {
    ...base(wallTime, body.timings, comment),
    request: request(body.method, body.url, body.requestHeaders, body.requestBytes),
    response: answer,
  };
}

function handshakeEntry(
  body: BodyOf<'ws.handshake'>,
  wallTime: string,
  comment: string,
  messages: readonly HarMessage[],
): HarEntry {
  const { outcome } = body;
  const answer =
    outcome.kind === 'open'
      ? response(101, outcome.headers, '', 0)
      : outcome.kind === 'refused'
        ? response(outcome.status, outcome.headers, outcome.bodySample, outcome.bodyBytes)
        : response(0, {}, '', 0);
  return {
    ...base(wallTime, body.timings, comment),
    request: request('GET', body.url, body.requestHeaders, 0),
    response: answer,
    _resourceType: 'websocket',
    _webSocketMessages: messages,
  };
}

/** The record is written when the answer is there: the start lies the whole duration before it. */
function base(wallTime: string, timings: PhaseTimings, comment: string): HarEntry {
  const part = (ms: number | null): number => ms ?? -1;
  return {
    startedDateTime: new Date(Date.parse(wallTime) - timings.totalMs).toISOString(),
    time: timings.totalMs,
    cache: {},
    timings: {
      blocked: -1,
      dns: part(timings.dnsMs),
      connect: timings.tcpMs === null ? -1 : timings.tcpMs + (timings.tlsMs ?? 0),
      ssl: part(timings.tlsMs),
      send: 0,
      wait: timings.waitMs ?? 0,
      receive: timings.bodyMs ?? 0,
    },
    comment,
  };
}

function request(method: string, url: string, headers: RecordedHeaders, bodySize: number): unknown {
  return {
    method,
    url,
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: pairs(headers),
    queryString: [...new URL(url).searchParams].map(([name, value]) => ({ name, value })),
    headersSize: -1,
    bodySize,
  };
}

function response(status: number, headers: RecordedHeaders, text: string, size: number): object {
  return {
    status,
    statusText: '',
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: pairs(headers),
    content: { size, mimeType: headers['content-type'] ?? 'application/octet-stream', text },
    redirectURL: headers['location'] ?? '',
    headersSize: -1,
    bodySize: size,
  };
}

function pairs(headers: RecordedHeaders): readonly { readonly name: string; readonly value: string }[] {
  return Object.entries(headers).map(([name, value]) => ({ name, value }));
}
