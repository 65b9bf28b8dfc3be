import type { Settings } from '../config/settings.ts';
import type { BrowserPart } from '../contract/browser-opening.ts';
import { CLIENT_NAME } from '../http/request-identity.ts';
import type { OpenConnectionOptions } from '../ws/handshake.ts';
import { compressingTransport } from '../ws/ws-transport.ts';

/** Our name stands behind it, as that of any browser built on another: logs can tell our openings from those of users. */
const USER_AGENT = `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 ${CLIENT_NAME}`;

/** Origin of the page that a browser would chat from: WEBSOCKET_ORIGIN, or a guess: where the target itself is served. */
export function browserOrigin({
  websocketOrigin,
  backendUrl,
}: Pick<Settings, 'websocketOrigin' | 'backendUrl'>): string {
  return websocketOrigin ?? new URL(backendUrl).origin;
}

/** Returns what an opening needs to carry these parts of a browser's; an offered compression is really spoken. */
export function browserOpening(
  settings: Pick<Settings, 'websocketOrigin' | 'backendUrl'>,
  parts: readonly BrowserPart[],
): Pick<OpenConnectionOptions, 'origin' | 'userAgent' | 'transport'> {
  return {
    ...(parts.includes('Origin') ? { origin: browserOrigin(settings) } : {}),
    ...(parts.includes('User-Agent') ? { userAgent: USER_AGENT } : {}),
    ...(parts.includes('Sec-WebSocket-Extensions') ? { transport: compressingTransport } : {}),
  };
}
