/** What an opening handshake needs of a URL, in the words of the WHATWG URL standard. */
export type TargetUrl = Readonly<
  Pick<URL, 'protocol' | 'hostname' | 'host' | 'port' | 'pathname' | 'search'>
>;

/** A URL whose path and query the standard leaves as they are. */
const PLAIN = /^(wss?:\/\/[a-z0-9.-]+(?::\d+)?)(\/[\w/-]*)((?:\?[\w=&-]+)?)$/;

let lastOrigin = '';
let lastParsed: URL | null = null;

/** Parses the URL of an opening handshake; thousands of a load run differ in their query only. @throws {TypeError} for no URL. */
export function parseTarget(text: string): TargetUrl {
  const [, origin, pathname, search] = PLAIN.exec(text) ?? [];
  if (origin === undefined || pathname === undefined || search === undefined) return new URL(text);
  if (lastParsed === null || origin !== lastOrigin) {
    lastParsed = new URL(origin);
    lastOrigin = origin;
  }
  const { protocol, hostname, host, port } = lastParsed;
  return { protocol, hostname, host, port, pathname, search };
}
