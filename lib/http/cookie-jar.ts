const MAX_COOKIES_PER_USER = 50;
const MAX_COOKIE_BYTES = 4_096;

interface Cookie {
  readonly value: string;
  readonly path: string;
  readonly secure: boolean;
  readonly host: string;
}

/**
 * Cookies per user, so that every user keeps the affinity that a load balancer gave it (design.md §13.8).
 * Host-only cookies of RFC 6265 with Path, Secure and Max-Age; Domain is ignored, which only narrows where one is sent.
 */
export class CookieJar {
  readonly #users = new Map<string, Map<string, Cookie>>();

  /** Keeps what a response set. @param url the request URL, http(s) or ws(s). */
  store(user: string, url: URL, setCookie: readonly string[]): void {
    if (setCookie.length === 0) return;
    const cookies = this.#users.get(user) ?? new Map<string, Cookie>();
    this.#users.set(user, cookies);
    for (const line of setCookie) {
      if (line.length > MAX_COOKIE_BYTES) continue;
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
      const at = pair.indexOf('=');
      if (at <= 0) continue;
      const attribute = (name: string): string | undefined =>
        attributes.find((part) => part.toLowerCase() === name || part.toLowerCase().startsWith(`${name}=`));
      const path = attribute('path')?.slice('path='.length);
      const cookie: Cookie = {
        value: pair.slice(at + 1),
        path: path?.startsWith('/') === true ? path : '/',
        secure: attribute('secure') !== undefined,
        host: url.hostname,
      };
      const key = `${cookie.host} ${cookie.path} ${pair.slice(0, at)}`;
      cookies.delete(key);
      const maxAge = attribute('max-age')?.slice('max-age='.length);
      const isRemoval = maxAge !== undefined && Number(maxAge) <= 0;
      if (!isRemoval && cookies.size < MAX_COOKIES_PER_USER) cookies.set(key, cookie);
    }
  }

  /** Returns the Cookie header of a request, or null when the user has none for this URL. */
  header(user: string, url: URL): string | null {
    const cookies = this.#users.get(user);
    if (cookies === undefined || cookies.size === 0) return null;
    const isSecure = url.protocol === 'https:' || url.protocol === 'wss:';
    const pairs: string[] = [];
    for (const [key, cookie] of cookies) {
      const isUnderPath =
        url.pathname === cookie.path ||
        url.pathname.startsWith(cookie.path.endsWith('/') ? cookie.path : `${cookie.path}/`);
      if (cookie.host !== url.hostname || !isUnderPath || (cookie.secure && !isSecure)) continue;
      pairs.push(`${key.slice(key.lastIndexOf(' ') + 1)}=${cookie.value}`);
    }
    return pairs.length === 0 ? null : pairs.join('; ');
  }
}
