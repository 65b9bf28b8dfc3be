/** Levels of nesting that a message may have; the deepest published frame has six. */
const MAX_DEPTH = 128;
/** Shorter texts are left to the parser: what fits in them does no harm at any depth. */
const CHECKED_FROM = 4_096;

/** Tells whether a JSON text of 4 096 characters or more is nested deeper than 128 levels; brackets inside strings do not count. */
export function isTooDeep(text: string): boolean {
  if (text.length < CHECKED_FROM) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      at = endOfString(text, at + 1);
    } else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > MAX_DEPTH) return true;
    } else if (code === 0x5d || code === 0x7d) {
      depth -= 1;
    }
  }
  return false;
}

/** Returns where a string ends; the length of the text when it does not. */
function endOfString(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) at += 1;
    else if (code === 0x22) return at;
  }
  return text.length;
}
