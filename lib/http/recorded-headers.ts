import type { RecordedHeaders } from '../evidence/evidence.ts';
import { printable } from '../foundation/printable.ts';
import { fingerprint } from '../foundation/secret.ts';

/** Longest recorded header value in characters, and most recorded headers: a header bomb must not fill the ledger. */
const MAX_VALUE_LENGTH = 1_000;
const MAX_HEADERS = 100;

const WHOLLY_SECRET = new Set(['x-e2e-bypass-key', 'x-service-secret', 'x-control-key', 'x-api-key']);

/** Subprotocol names that carry a token after a dot (wire-contract.md §2.2, §12). */
const TOKEN_BEARING = /^(jwt|jwt-auth|bearer|staging-auth)\.(?:([a-z][a-z0-9-]{0,31})\.)?(.+)$/i;

/**
 * Returns headers as they may stand in a record: lower-case names, printable values, and every value that can hold
 * a credential replaced by its scheme and fingerprint. What is left passes through `redact` (default: unchanged).
 */
export function recordedHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  redact: (text: string) => string = (text) => text,
): RecordedHeaders {
  const known: [name: string, values: readonly string[]][] = [];
  let all = '';
  for (const rawName of Object.keys(headers)) {
    const value = headers[rawName];
    if (value === undefined) continue;
    if (known.length === MAX_HEADERS) break;
    const name = rawName.toLowerCase();
    const values = (typeof value === 'string' ? [value] : value).map((part) => withoutCredential(name, part));
    known.push([name, values]);
    for (const part of values) all += `${part}\n`;
  }
  // One search says for nearly every request and answer that there is nothing to replace in each part of it.
  const clean = redact(all) === all;
  // Defines each name as data, so that a header named __proto__ is a header.
  return Object.fromEntries(
    known.map(([name, values]) => [
      name,
      values.map((part) => printable(clean ? part : redact(part), MAX_VALUE_LENGTH)).join(', '),
    ]),
  );
}

function withoutCredential(name: string, value: string): string {
  switch (name) {
    case 'authorization':
    case 'proxy-authorization':
      return value.replace(
        /^(\S+)(\s+)(.+)$|^\S+$/s,
        (whole, scheme?: string, _gap?: string, rest?: string) =>
          scheme === undefined || rest === undefined ? redacted(whole) : `${scheme} ${redacted(rest)}`,
      );
    case 'cookie':
      return value
        .split(';')
        .map((pair) => withoutCookieValue(pair.trim()))
        .join('; ');
    case 'set-cookie': {
      const [pair = '', ...attributes] = value.split(';');
      return [withoutCookieValue(pair.trim()), ...attributes.map((attribute) => attribute.trim())].join('; ');
    }
    case 'sec-websocket-protocol':
      return value
        .split(',')
        .map((item) => recordedSubprotocol(item.trim()))
        .join(', ');
    default:
      return WHOLLY_SECRET.has(name) ? redacted(value) : value;
  }
}

/** Returns a subprotocol with the token of a token-bearing one replaced by its fingerprint. */
export function recordedSubprotocol(subprotocol: string): string {
  const match = TOKEN_BEARING.exec(subprotocol);
  const [, scheme, environment, token] = match ?? [];
  if (scheme === undefined || token === undefined) return subprotocol;
  // A raw JWT starts with eyJ and has dots of its own: what looks like an environment is then its header.
  const isPartOfToken = environment === undefined || environment.toLowerCase().startsWith('eyj');
  if (isPartOfToken) return `${scheme}.${redacted(subprotocol.slice(scheme.length + 1))}`;
  return `${scheme}.${environment}.${redacted(token)}`;
}

function withoutCookieValue(pair: string): string {
  const at = pair.indexOf('=');
  return at < 0 ? pair : `${pair.slice(0, at)}=${redacted(pair.slice(at + 1))}`;
}

function redacted(value: string): string {
  return `[redacted sha256:${fingerprint(value)}]`;
}
