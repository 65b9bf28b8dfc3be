import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { TargetUrl } from './target-url.ts';
import type { TransportRequest } from './transport.ts';

/** Headers that the opening handshake itself sets; a caller's header of that name gives way. */
const OWN = new Set(['connection', 'sec-websocket-key', 'sec-websocket-version', 'upgrade']);

/**
 * Returns the request of an opening handshake as it goes on the wire (RFC 6455 §4.1, RFC 9112 §3).
 * @throws {TypeError} for a header that would not be one header.
 */
export function upgradeRequest(url: TargetUrl, request: TransportRequest, key: string): string {
  const { subprotocols, headers } = request;
  let lines = '';
  let hasHost = false;
  for (const name of Object.keys(headers)) {
    const value = headers[name] ?? '';
    validateHeaderName(name);
    validateHeaderValue(name, value);
    const known = name.toLowerCase();
    if (OWN.has(known) || (known === 'sec-websocket-protocol' && subprotocols.length > 0)) continue;
    hasHost ||= known === 'host';
    lines += `${name}: ${value}\r\n`;
  }
  if (subprotocols.length > 0) {
    const offered = subprotocols.join(',');
    validateHeaderValue('Sec-WebSocket-Protocol', offered);
    lines += `Sec-WebSocket-Protocol: ${offered}\r\n`;
  }
  return (
    `GET ${url.pathname}${url.search} HTTP/1.1\r\n${hasHost ? '' : `Host: ${url.host}\r\n`}${lines}` +
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`
  );
}
