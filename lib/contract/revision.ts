/** True when both name one revision: equal, or one an abbreviation of the other with at least 7 hex digits. */
export function sameRevision(seen: string, expected: string): boolean {
  const [a, b] = [seen.toLowerCase(), expected.toLowerCase()];
  if (a === b) return true;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return /^[0-9a-f]{7,}$/.test(short) && long.startsWith(short);
}

/** Words that programs show where nobody told them their revision. */
const PLACEHOLDERS: ReadonlySet<string> = new Set([
  'unknown',
  'undefined',
  'null',
  'none',
  'unset',
  'n-a',
  'na',
  'not-set',
  'todo',
  'changeme',
]);

/**
 * True for what can name a revision: a commit, a tag, a version or an image digest, at most 200 letters, digits and
 * `.` `_` `-` `+` `:` `/` `@`. A piece of a page or a placeholder says that the target hides its revision, not that it serves another one.
 */
export function isRevision(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._+:/@-]{0,199}$/.test(text) && !PLACEHOLDERS.has(text.toLowerCase());
}
