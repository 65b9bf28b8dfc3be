import { headerOf } from './http-head.ts';
import type { RawHeaders } from './transport.ts';

/**
 * Says why a 101 answer is not an acceptable opening handshake (RFC 6455 §4.1), or null when the reason lies elsewhere.
 * Values of the answer are left out: an echoed subprotocol can hold a token.
 * @param offersCompression whether permessage-deflate was offered. Default false.
 */
export function explainUpgrade(
  { headers }: { readonly headers: RawHeaders },
  offered: readonly string[],
  offersCompression = false,
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
  const agreed = headerOf(headers, 'sec-websocket-extensions');
  if (agreed !== undefined && !offersCompression) {
    return {
      code: 'EXTENSION_NOT_OFFERED',
      cause: 'the 101 answer names an extension although none was offered',
    };
  }
  if (agreed !== undefined && !ONLY_COMPRESSION.test(agreed)) {
    return {
      code: 'EXTENSION_NOT_OFFERED',
      cause: 'the 101 answer names another extension than permessage-deflate, the only one that was offered',
    };
  }
  return null;
}

/** The one extension that is ever offered, once, with whatever parameters (RFC 6455 §9.1). */
const ONLY_COMPRESSION = /^\s*permessage-deflate\s*(;[^,]*)?$/i;
