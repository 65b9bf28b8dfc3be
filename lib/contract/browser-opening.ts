/** What a browser adds to an opening handshake, as header names (RFC 6455 §4.1, RFC 7692 §7.1); a page can leave none of it out. */
export const BROWSER_PARTS = ['Origin', 'Sec-WebSocket-Extensions', 'User-Agent'] as const;
export type BrowserPart = (typeof BROWSER_PARTS)[number];

/** One opening with some of these parts, and whether what followed was as it should be. */
export interface PartsTried {
  readonly parts: readonly BrowserPart[];
  readonly served: boolean;
}

/** Returns the parts that the headers of an opening hold, names in lower case; any browser's User-Agent begins with Mozilla. */
export function browserPartsOf(headers: Readonly<Record<string, string>>): readonly BrowserPart[] {
  return BROWSER_PARTS.filter((part) => {
    const value = headers[part.toLowerCase()];
    return part === 'User-Agent' ? value?.startsWith('Mozilla/') === true : value !== undefined;
  });
}

/**
 * Returns the parts from which a refusal follows: each one that is enough alone, or the fewest that are refused together.
 * Compared with the plainest opening that was served; parts that were once served and once refused decide nothing.
 */
export function refusedParts(tried: readonly PartsTried[]): readonly BrowserPart[] {
  const served = tried.filter((one) => one.served);
  const [plain] = served.toSorted((one, other) => one.parts.length - other.parts.length);
  if (plain === undefined) return [];
  const refused = tried.filter(
    (one) => !one.served && !served.some((other) => sameParts(one.parts, other.parts)),
  );
  const added = refused.map(({ parts }) => parts.filter((part) => !plain.parts.includes(part)));
  const fewest = Math.min(...added.map(({ length }) => length));
  const smallest = added.filter(({ length }) => length === fewest && length > 0);
  return BROWSER_PARTS.filter((part) => smallest.some((parts) => parts.includes(part)));
}

function sameParts(one: readonly BrowserPart[], other: readonly BrowserPart[]): boolean {
  return one.length === other.length && one.every((part) => other.includes(part));
}
