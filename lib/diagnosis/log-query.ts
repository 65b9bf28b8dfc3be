import type { Evidence, RecordedHeaders } from '../evidence/evidence.ts';
import type { RunRecord } from '../evidence/run-record.ts';

/** Trace ids that one query names; more would not fit a search box. */
const MAX_TRACES = 8;
/** Clocks of log pipelines differ a little from ours. */
const SLACK_MS = 5_000;

/**
 * Returns a query that an owner can paste into the log search of the target: the time window of the cited records, and
 * the run id, user agent and W3C trace ids that we sent. The syntax is that of Cloud Logging; the quoted parts are
 * plain text for any other search. Null when none of the records is a request of ours.
 */
export function logQuery(
  record: RunRecord,
  byId: ReadonlyMap<string, Evidence>,
  cited: readonly string[],
): string | null {
  const sent = cited.flatMap((id) => {
    const one = requestOf(byId, id);
    const headers = one === undefined ? null : requestHeaders(one);
    return one === undefined || headers === null ? [] : [{ wallMs: Date.parse(one.wallTime), headers }];
  });
  if (sent.length === 0) return null;
  const times = sent.map(({ wallMs }) => wallMs);
  const traces = [...new Set(sent.flatMap(({ headers }) => traceOf(headers)))].slice(0, MAX_TRACES);
  const agents = [...new Set(sent.flatMap(({ headers }) => headers['user-agent'] ?? []))];
  const words = [record.runId, ...traces].map((word) => `"${word}"`);
  const from = new Date(Math.min(...times) - SLACK_MS).toISOString();
  const until = new Date(Math.max(...times) + SLACK_MS).toISOString();
  const agent = agents[0] === undefined ? '' : ` OR httpRequest.userAgent="${agents[0]}"`;
  return `timestamp>="${from}" AND timestamp<="${until}" AND (${words.join(' OR ')}${agent})`;
}

/** The record itself, or the opening handshake of the connection that it belongs to. */
function requestOf(byId: ReadonlyMap<string, Evidence>, id: string): Evidence | undefined {
  const one = byId.get(id);
  if (one === undefined || !('connection' in one.body) || one.body.kind === 'ws.handshake') return one;
  const { connection } = one.body;
  for (const other of byId.values()) {
    if (other.body.kind === 'ws.handshake' && other.body.connection === connection) return other;
  }
  return one;
}

function requestHeaders({ body }: Evidence): RecordedHeaders | null {
  return body.kind === 'http.exchange' || body.kind === 'ws.handshake' ? body.requestHeaders : null;
}

/** The trace id of a `traceparent`: 32 hex digits after the version (W3C Trace Context §3.2). */
function traceOf(headers: RecordedHeaders): readonly string[] {
  const trace = /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(headers['traceparent'] ?? '')?.[1];
  return trace === undefined ? [] : [trace];
}
