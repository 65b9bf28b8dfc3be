import type { RecordedHeaders } from '../evidence/evidence.ts';
import { printable } from '../foundation/printable.ts';
import { fingerprint } from '../foundation/secret.ts';

/** Longest recorded header value in characters, and most recorded headers: a header bomb must not fill the ledger. */
const MAX_VALUE_LENGTH = 1_000;
const MAX_HEADERS = 100;

const WHOLLY_SECRET = new Set(['x-e2e-bypass-key', 'x-service-secret', 'x-control-key', 'x-api-key']);

/** Subprotocol names that carry a token after a dot (wire-contract.md §2.2, §12). */
const TOKEN_BEARING = /^(jwt|jwt-auth|bearer|staging-auth)\.(?:([a-z][a-z0-9-]{0,31})\.)?(.+)$/i;

interface KnownToken {
  readonly value: string;
  readonly fingerprint: string;
}

interface RecordingOptions {
  /** What is left of each value passes through it. Default: unchanged. */
  readonly redact?: ((text: string) => string) | undefined;
  /** A token whose fingerprint is known, so that it is not computed again. */
  readonly token?: KnownToken | undefined;
}

/**
 * Returns headers as they may stand in a record: lower-case names, printable values, and every value that can hold
 * a credential replaced by its scheme and fingerprint.
 */
export function recordedHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  { redact = AS_IS, token }: RecordingOptions = {},
): RecordedHeaders {
  const recorded: Record<string, string> = {};
  const joined: string[] = [];
  let all = '';
  let count = 0;
  for (const rawName of Object.keys(headers)) {
    const value = headers[rawName];
    if (value === undefined) continue;
    if (count === MAX_HEADERS) break;
    count += 1;
    const name = rawName.toLowerCase();
    let text: string;
    if (typeof value === 'string') {
      text = withoutCredential(name, value, token);
      all += `${text}\n`;
    } else {
      // Each part has a length of its own.
      text = value
        .map((part) => printable(redact(withoutCredential(name, part, token)), MAX_VALUE_LENGTH))
        .join(', ');
      joined.push(name);
    }
    if (name !== '__proto__') recorded[name] = text;
    // Defined as data, so that a header of that name is a header.
    else Object.defineProperty(recorded, name, { value: text, enumerable: true, writable: true });
  }
  // One search says for nearly every request and answer that there is nothing to replace in any part of it.
  const clean = redact(all) === all;
  for (const name of Object.keys(recorded)) {
    if (joined.includes(name)) continue;
    const text = recorded[name] ?? '';
    const shown = printable(clean ? text : redact(text), MAX_VALUE_LENGTH);
    if (shown !== text) recorded[name] = shown;
  }
  return recorded;
}

function AS_IS(text: string): string {
  return text;
}

function withoutCredential(name: string, value: string, token?: KnownToken): string {
  switch (name) {
    case 'authorization':
    case 'proxy-authorization':
      return withoutCredentials(value, token);
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
        .map((item) => recordedSubprotocol(item.trim(), token))
        .join(', ');
    default:
      return WHOLLY_SECRET.has(name) ? redacted(value) : value;
  }
}

/** Returns a subprotocol with the token of a token-bearing one replaced by its fingerprint. */
export function recordedSubprotocol(subprotocol: string, known?: KnownToken): string {
  const match = TOKEN_BEARING.exec(subprotocol);
  const [, scheme, environment, token] = match ?? [];
  if (scheme === undefined || token === undefined) return subprotocol;
  // A raw JWT starts with eyJ and has dots of its own: what looks like an environment is then its header.
  const isPartOfToken = environment === undefined || environment.toLowerCase().startsWith('eyj');
  if (isPartOfToken) return `${scheme}.${redacted(subprotocol.slice(scheme.length + 1), known)}`;
  return `${scheme}.${environment}.${redacted(token, known)}`;
}

/** RFC 9110 §11.4: a scheme and its credentials; a value without a scheme is one credential. */
function withoutCredentials(value: string, token: KnownToken | undefined): string {
  const [, scheme, credentials] = /^(\S+)\s+(.+)$/s.exec(value) ?? [];
  if (scheme !== undefined && credentials !== undefined) return `${scheme} ${redacted(credentials, token)}`;
  return /^\S+$/.test(value) ? redacted(value, token) : value;
}

function withoutCookieValue(pair: string): string {
  const at = pair.indexOf('=');
  return at < 0 ? pair : `${pair.slice(0, at)}=${redacted(pair.slice(at + 1))}`;
}

function redacted(value: string, token?: KnownToken): string {
  return `[redacted sha256:${value === token?.value ? token.fingerprint : fingerprint(value)}]`;
}
