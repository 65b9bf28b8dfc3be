/** True when both name one revision: equal, or one an abbreviation of the other with at least 7 hex digits. */
export function sameRevision(seen: string, expected: string): boolean {
  const [a, b] = [seen.toLowerCase(), expected.toLowerCase()];
  if (a === b) return true;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return /^[0-9a-f]{7,}$/.test(short) && long.startsWith(short);
}
