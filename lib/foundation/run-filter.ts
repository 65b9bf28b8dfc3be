/** Characters that are looked at together. */
const GRAM = 6;
const HASH_BASE = 0x01000193;
/** 32 KiB, so that it stays in the first cache of the processor. */
const FILTER_BITS = 18;
// eslint-disable-next-line no-control-regex
const NOT_ASCII = /[^\u0000-\u007f]/;

/**
 * Tells of nearly every text that has none, without a look at each of its places, that it shares no run of at least `length`
 * characters (at least 6) with some words: such a run holds 6 characters that begin at a multiple of `length` − 5.
 */
export class RunFilter {
  readonly #bits = new Uint8Array(1 << (FILTER_BITS - 3));

  /** @param minLength the shortest run that is asked for; words that are shorter share nothing. */
  constructor(words: readonly string[], minLength: number) {
    if (minLength < GRAM)
      throw new RangeError(`expected runs of at least ${GRAM} characters, got ${minLength}`);
    for (const word of words) {
      if (word.length < minLength) continue;
      for (let at = 0; at + GRAM <= word.length; at += 1) {
        const hash = hashOf(word, at);
        for (const bit of [hash >>> (32 - FILTER_BITS), second(hash)]) {
          this.#bits[bit >>> 3] = (this.#bits[bit >>> 3] ?? 0) | (1 << (bit & 7));
        }
      }
    }
  }

  /** False only when no run of `length` characters does, whatever the case of its ASCII letters; true for other texts than ASCII. */
  mayShare(text: string, length: number): boolean {
    const stride = length - GRAM + 1;
    const last = text.length - GRAM;
    for (let at = 0; at <= last; at += stride) {
      const hash = hashOf(text, at);
      if (this.#has(hash >>> (32 - FILTER_BITS)) && this.#has(second(hash))) return true;
    }
    return NOT_ASCII.test(text);
  }

  #has(bit: number): boolean {
    return ((this.#bits[bit >>> 3] ?? 0) & (1 << (bit & 7))) !== 0;
  }
}

/** Hash of 6 characters; the same for both cases of a letter. */
function hashOf(text: string, from: number): number {
  let hash = 0;
  for (let at = from; at < from + GRAM; at += 1) {
    hash = (Math.imul(hash, HASH_BASE) + (text.charCodeAt(at) | 0x20)) | 0;
  }
  return Math.imul(hash, 0x9e3779b1);
}

function second(hash: number): number {
  return Math.imul(hash, 0x85ebca6b) >>> (32 - FILTER_BITS);
}
