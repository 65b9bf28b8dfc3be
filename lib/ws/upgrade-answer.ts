import { headerOf } from './http-head.ts';
import type { RawHeaders } from './transport.ts';

/**
 * Says why a 101 answer is not an acceptable opening handshake (RFC 6455 §4.1), or null when the reason lies elsewhere.
 * Values of the answer are left out: an echoed subprotocol can hold a token.
 */
export function explainUpgrade(
  { headers }: { readonly headers: RawHeaders },
  offered: readonly string[],
): { readonly code: string; readonly cause: string } | null {
  const echoed = headerOf(headers, 'sec-websocket-protocol');
  if (headerOf(headers, 'upgrade')?.toLowerCase() !== 'websocket') {
    return { code: 'UPGRADE_HEADER_INVALID', cause: 'the 101 answer has no "Upgrade: websocket" header' };
  }
  if (echoed === undefined && offered.length > 0) {
    return {
      code: 'SUBPROTOCOL_MISSING',
      cause: `the 101 answer names no subprotocol although ${offered.length} were offered`,
    };
  }
  if (echoed !== undefined && offered.length === 0) {
    return {
      code: 'SUBPROTOCOL_NOT_OFFERED',
      cause: 'the 101 answer names a subprotocol although none was offered',
    };
  }
  if (echoed !== undefined && !offered.includes(echoed)) {
    return {
      code: 'SUBPROTOCOL_NOT_OFFERED',
      cause: 'the 101 answer names a subprotocol that was not offered',
    };
  }
  if (headers['sec-websocket-extensions'] !== undefined) {
    return {
      code: 'EXTENSION_NOT_OFFERED',
      cause: 'the 101 answer names an extension although none was offered',
    };
  }
  return null;
}
