import type { RawHeaders } from './transport.ts';

/** Status and headers of one HTTP/1.1 answer (RFC 9112 §4, §5); names in lower case. */
export interface HttpHead {
  readonly status: number;
  readonly headers: RawHeaders;
}

/** Why bytes are no HTTP head; the codes are those of node:http, so that both transports name one fault alike. */
export interface HeadFault {
  readonly code: string;
  readonly cause: string;
}

const START = Buffer.from('HTTP/1.', 'latin1');
const STATUS_LINE = /^HTTP\/1\.[01] ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
// eslint-disable-next-line no-control-regex
const FORBIDDEN_IN_VALUE = /[\u0000-\u0008\u000a-\u001f\u007f]/;
/** Headers of which the first counts, as in node:http. */
const FIRST_COUNTS = new Set(['content-length', 'content-type', 'location', 'retry-after', 'server']);

/** Returns the offset behind the empty line that ends a head, 0 while it is not there, or why there will be none. */
export function endOfHead(bytes: Buffer, maxBytes: number): number | HeadFault {
  const known = Math.min(bytes.length, START.length);
  if (bytes.compare(START, 0, known, 0, known) !== 0) return NOT_HTTP;
  const end = bytes.indexOf('\r\n\r\n', 0, 'latin1');
  if (end > maxBytes || (end < 0 && bytes.length > maxBytes)) return OVERFLOW;
  if (end >= 0) return end + 4;
  const feed = bytes.indexOf(0x0a);
  return feed >= 0 && bytes[feed - 1] !== 0x0d ? BARE_LINE_FEED : 0;
}

/** Parses a head without its last empty line. */
export function parseHead(text: string): HttpHead | HeadFault {
  const endOfStatus = text.indexOf('\r\n');
  const statusLine = endOfStatus < 0 ? text : text.slice(0, endOfStatus);
  const status = STATUS_LINE.exec(statusLine)?.[1];
  if (status === undefined) return NOT_HTTP;
  const headers: Record<string, string | string[]> = {};
  for (let from = statusLine.length + 2; from <= text.length;) {
    const feed = text.indexOf('\r\n', from);
    const end = feed < 0 ? text.length : feed;
    const colon = text.indexOf(':', from);
    const name = nameOf(colon < 0 || colon > end ? '' : text.slice(from, colon));
    if (name === null) return BAD_NAME;
    const value = text.slice(colon + 1, end).trim();
    if (FORBIDDEN_IN_VALUE.test(value)) return BAD_VALUE;
    add(headers, name, value);
    from = end + 2;
  }
  return { status: Number(status), headers };
}

/** Names of headers in lower case by how the peers of this process write them: few, and the same in every answer. */
const KNOWN_NAMES = new Map<string, string>();
const MAX_KNOWN_NAMES = 256;

/** Returns a header name in lower case; null for what is no token. */
function nameOf(rawName: string): string | null {
  const known = KNOWN_NAMES.get(rawName);
  if (known !== undefined) return known;
  if (!NAME.test(rawName)) return null;
  const name = rawName.toLowerCase();
  if (KNOWN_NAMES.size < MAX_KNOWN_NAMES) KNOWN_NAMES.set(rawName, name);
  return name;
}

/** Returns the value of a header that stands for one value; undefined without it. */
export function headerOf(headers: RawHeaders, name: string): string | undefined {
  const value = headers[name];
  return value === undefined || typeof value === 'string' ? value : value.join(', ');
}

function add(headers: Record<string, string | string[]>, name: string, value: string): void {
  const known = Object.hasOwn(headers, name) ? headers[name] : undefined;
  if (name === 'set-cookie') {
    if (Array.isArray(known)) known.push(value);
    else headers[name] = [value];
  } else if (typeof known !== 'string') {
    set(headers, name, value);
  } else if (!FIRST_COUNTS.has(name)) {
    set(headers, name, `${known}, ${value}`);
  }
}

/** Defines each name as data, so that a header named __proto__ is a header. */
function set(headers: Record<string, string | string[]>, name: string, value: string): void {
  if (name !== '__proto__') headers[name] = value;
  else Object.defineProperty(headers, name, { value, enumerable: true, writable: true, configurable: true });
}

const NOT_HTTP = fault('HPE_INVALID_CONSTANT', 'the answer does not begin with an HTTP/1.1 status line');
const OVERFLOW = fault('HPE_HEADER_OVERFLOW', 'the headers of the answer are above the limit');
const BARE_LINE_FEED = fault('HPE_CR_EXPECTED', 'a header line of the answer ends without a carriage return');
const BAD_NAME = fault('HPE_INVALID_HEADER_TOKEN', 'a header name of the answer is not a token');
const BAD_VALUE = fault('HPE_INVALID_HEADER_TOKEN', 'a header value of the answer holds a control character');

function fault(code: string, cause: string): HeadFault {
  return Object.freeze({ code, cause });
}
