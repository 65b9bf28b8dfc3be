import { randomHex } from '../foundation/random.ts';

/** How we name ourselves in a User-Agent. */
export const CLIENT_NAME = 'stagegate/0.1.0';

/**
 * Returns the headers that every request of ours carries. No name contains `test` or `e2e` and the User-Agent names
 * no server mode, because either would switch the target's authentication off (design.md §13.8, wire-contract.md §2.6).
 */
export function identityHeaders(options: {
  readonly runId: string;
  readonly userAgent?: string | undefined;
}): { readonly 'user-agent': string; readonly 'x-stagegate-run': string; readonly traceparent: string } {
  return {
    'user-agent': options.userAgent ?? CLIENT_NAME,
    'x-stagegate-run': options.runId,
    traceparent: newTraceParent(),
  };
}

/** Returns a W3C Trace Context `traceparent` with fresh ids. */
function newTraceParent(): string {
  const ids = randomHex(24);
  return `00-${ids.slice(0, 32)}-${ids.slice(32)}-01`;
}

/** Header names by which a target switches its authentication off (wire-contract.md §2.6). */
const SWITCHES_AUTHENTICATION = /test|e2e/i;
/** The one exception, and the one path that gets it. */
const BYPASS_HEADER = 'x-e2e-bypass-key';
const BYPASS_PATH = '/auth/e2e/test-auth';

/**
 * Refuses request headers that would void every result about authentication (design.md §13.8).
 * @param path path of an HTTP request, null for an opening handshake. @throws {TypeError}
 */
export function assertHonestHeaders(headers: Readonly<Record<string, string>>, path: string | null): void {
  for (const name of Object.keys(headers)) {
    if (!SWITCHES_AUTHENTICATION.test(name)) continue;
    if (name.toLowerCase() === BYPASS_HEADER && path === BYPASS_PATH) continue;
    throw new TypeError(`expected no header whose name contains test or e2e, got ${name}`);
  }
  const userAgent = headers['user-agent'] ?? '';
  if (/factory|isolated/i.test(userAgent)) {
    throw new TypeError(`expected a User-Agent that names no server mode, got ${userAgent}`);
  }
}
