// ANSI escapes, C0/C1 controls but tab and newline, bidi overrides: a hostile server must not steer a terminal.
const UNPRINTABLE =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Printable ASCII: nearly every text, and nothing to replace in it. */
const PLAIN = /^[\t\n\x20-\x7e]*$/;

/** Replaces characters that could steer a terminal or break XML by U+FFFD, and cuts at `maxLength` characters. */
export function printable(text: string, maxLength = 2_000): string {
  if (text.length <= maxLength && PLAIN.test(text)) return text;
  const clean = text.replace(UNPRINTABLE, '\ufffd');
  if (clean.length <= maxLength) return clean;
  // A cut inside a surrogate pair would leave half a character.
  const cut = /[\ud800-\udbff]/.test(clean.charAt(maxLength - 1)) ? maxLength - 1 : maxLength;
  return `${clean.slice(0, cut)}… (${clean.length} characters)`;
}

/** `printable` on one line: what came from a target must not begin a line of its own. */
export function printableLine(text: string, maxLength = 2_000): string {
  return printable(text.replaceAll(/\s*[\r\n\u2028\u2029]+\s*/g, ' '), maxLength);
}
