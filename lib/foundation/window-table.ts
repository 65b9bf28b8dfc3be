/** Characters of a window that are hashed, and so the shortest window that can be found. */
const PREFIX = 6;
/** Number of ASCII characters. */
const ASCII = 128;
const BASE64URL = /^[\w-]+$/;
/** Characters from which on a text of base64url holds nearly all of its alphabet. */
const LONG = 128;
const HASH_BASE = 0x01000193;
/** Spreads a hash over the upper bits, which choose a slot, and the lower ones, which choose bits of the filter. */
const SPREAD = 0x9e3779b1;
/** HASH_BASE to the power of PREFIX − 1 modulo 2^32: the weight of the first hashed character. */
const FIRST_WEIGHT = Array.from({ length: PREFIX - 1 }).reduce<number>(
  (power) => Math.imul(power, HASH_BASE),
  1,
);

/** Takes what a scan finds; an object and not a closure, because a clean text is by far the most frequent. */
export interface WindowSink {
  take(offset: number, length: number, name: string): void;
}

/**
 * Finds many short strings ("windows") in a text in one pass. A window is a place in a source text, so adding one
 * stores a few numbers and no string; the first 6 characters are hashed, and a hit is compared in full. Stretches of text
 * with a character that no source holds are skipped.
 */
export class WindowTable {
  readonly #sources: string[] = [];
  readonly #names: (() => string)[] = [];
  // Five numbers per window: source, offset, length, hash of its first characters, and the next window of the same slot.
  #windows = new Int32Array(5 * 1_024);
  #size = 0;
  #slots = new Int32Array(1 << 12).fill(-1);
  #shift = 32 - 12;
  /** Two bits of one word per hash, 16 bits per slot: half the size of the slots, so that it stays in the cache longer. */
  #filter = new Int32Array(1 << 11);
  #holdsBase64Url = false;
  /** 1 for every character code that stands in a source; one entry for all above ASCII. */
  readonly #alphabet = new Uint8Array(ASCII + 1);

  /** Announces a text in which windows lie; returns its number. `name` is asked for when a window is found. */
  addSource(text: string, name: () => string): number {
    this.#names.push(name);
    this.#learnAlphabet(text);
    return this.#sources.push(text) - 1;
  }

  /** A long text of base64url is taken to hold all of its characters: looking at each would cost more than finding it. */
  #learnAlphabet(text: string): void {
    if (text.length >= LONG && BASE64URL.test(text)) {
      if (this.#holdsBase64Url) return;
      this.#holdsBase64Url = true;
      for (let code = 0; code < ASCII; code += 1) {
        if (BASE64URL.test(String.fromCharCode(code))) this.#alphabet[code] = 1;
      }
      return;
    }
    for (let i = 0; i < text.length; i += 1) this.#alphabet[Math.min(text.charCodeAt(i), ASCII)] = 1;
  }

  /** Adds the window of `length` characters (at least 6) at `offset` of a source. */
  add(source: number, offset: number, length: number): void {
    const text = this.#sources[source] ?? '';
    if (length < PREFIX || offset + length > text.length) return;
    if (this.#size >= this.#slots.length) this.#grow();
    let hash = 0;
    for (let i = offset; i < offset + PREFIX; i += 1) {
      hash = (Math.imul(hash, HASH_BASE) + text.charCodeAt(i)) | 0;
    }
    const at = this.#size * 5;
    if (at === this.#windows.length) {
      const larger = new Int32Array(at * 2);
      larger.set(this.#windows);
      this.#windows = larger;
    }
    const windows = this.#windows;
    windows[at] = source;
    windows[at + 1] = offset;
    windows[at + 2] = length;
    windows[at + 3] = hash;
    this.#link(at, hash);
    this.#size += 1;
  }

  /**
   * Adds every run of at least `minLength` characters (at least 6) of a source with as few windows as every such run holds
   * one of; a hit is extended both ways. A run is found once per window that it holds.
   */
  addRuns(source: number, minLength: number): void {
    const stride = minLength - PREFIX + 1;
    if (stride < 1) throw new RangeError(`expected runs of at least ${PREFIX}, got ${minLength}`);
    const { length } = this.#sources[source] ?? '';
    for (let at = 0; at + PREFIX <= length; at += stride) {
      this.add(source, at, PREFIX);
      // A negative length marks a run.
      this.#windows[(this.#size - 1) * 5 + 2] = -minLength;
    }
  }

  /** Hands `sink` every window in the text, in order of offset (a run at its first whole window); of equal windows the latest comes first. */
  scan(text: string, sink: WindowSink): void {
    if (this.#size === 0) return;
    const alphabet = this.#alphabet;
    const codes = codesOf(text);
    let start = 0;
    while (start + PREFIX <= text.length) {
      // Quotes, colons and spaces stand in hardly any secret: a character that no source holds rules out all starts
      // before it, so the last one of the next few is looked for first.
      let at = start + PREFIX - 1;
      for (; at >= start; at -= 1) {
        const code = codes[at] ?? 0;
        if (alphabet[code < ASCII ? code : ASCII] === 0) break;
      }
      start = at < start ? this.#scanRun(text, codes, start, sink) : at + 1;
    }
  }

  /** Looks up every start from one that `PREFIX` characters of the alphabet follow, and returns the start behind the run of such characters. */
  #scanRun(text: string, codes: Uint16Array, from: number, sink: WindowSink): number {
    const alphabet = this.#alphabet;
    const slots = this.#slots;
    const filter = this.#filter;
    const shift = this.#shift;
    let hash = 0;
    for (let i = from; i < from + PREFIX - 1; i += 1)
      hash = (Math.imul(hash, HASH_BASE) + (codes[i] ?? 0)) | 0;
    const end = text.length;
    for (let i = from + PREFIX - 1; i < end; i += 1) {
      const code = codes[i] ?? 0;
      if (alphabet[code < ASCII ? code : ASCII] === 0) return i + 1;
      hash = (Math.imul(hash, HASH_BASE) + code) | 0;
      const spread = Math.imul(hash, SPREAD);
      const bits = bitsOf(spread);
      if (((filter[spread >>> (shift + 1)] ?? 0) & bits) === bits) {
        this.#compare(text, i - PREFIX + 1, hash, slots[spread >>> shift] ?? -1, sink);
      }
      // Taken out after the comparison, so that the next step holds the last 5 characters only.
      hash = (hash - Math.imul(codes[i - PREFIX + 1] ?? 0, FIRST_WEIGHT)) | 0;
    }
    return end;
  }

  #compare(text: string, start: number, hash: number, first: number, sink: WindowSink): void {
    const windows = this.#windows;
    for (let at = first; at !== -1; at = windows[at + 4] ?? -1) {
      if (windows[at + 3] !== hash) continue;
      const source = windows[at] ?? 0;
      const offset = windows[at + 1] ?? 0;
      const length = windows[at + 2] ?? 0;
      if (length < 0) {
        this.#extend(text, start, at, sink);
        continue;
      }
      const expected = (this.#sources[source] ?? '').slice(offset, offset + length);
      if (text.startsWith(expected, start)) sink.take(start, length, this.#names[source]?.() ?? '');
    }
  }

  #extend(text: string, start: number, at: number, sink: WindowSink): void {
    const number = this.#windows[at] ?? 0;
    const offset = this.#windows[at + 1] ?? 0;
    const source = this.#sources[number] ?? '';
    let before = 0;
    const most = Math.min(start, offset);
    while (before < most && text.charCodeAt(start - before - 1) === source.charCodeAt(offset - before - 1)) {
      before += 1;
    }
    let after = 0;
    const end = Math.min(text.length - start, source.length - offset);
    while (after < end && text.charCodeAt(start + after) === source.charCodeAt(offset + after)) after += 1;
    if (after < PREFIX || before + after < -(this.#windows[at + 2] ?? 0)) return;
    sink.take(start - before, before + after, this.#names[number]?.() ?? '');
  }

  #link(at: number, hash: number): void {
    const spread = Math.imul(hash, SPREAD);
    const slot = spread >>> this.#shift;
    const word = spread >>> (this.#shift + 1);
    this.#filter[word] = (this.#filter[word] ?? 0) | bitsOf(spread);
    this.#windows[at + 4] = this.#slots[slot] ?? -1;
    this.#slots[slot] = at;
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 4).fill(-1);
    this.#filter = new Int32Array(this.#slots.length / 2);
    this.#shift -= 2;
    for (let at = 0; at < this.#size * 5; at += 5) this.#link(at, this.#windows[at + 3] ?? 0);
  }
}

/** Two bits of a word of the filter, by the bits of a spread hash that do not choose the word. */
function bitsOf(spread: number): number {
  return (1 << (spread & 31)) | (1 << ((spread >>> 5) & 31));
}

/** Long enough for nearly every text. */
const scratch = new Uint16Array(32 * 1_024);
const scratchBytes = Buffer.from(scratch.buffer);

/** The UTF-16 code units of a text, until the next call: reading each from the string costs more than copying all. */
function codesOf(text: string): Uint16Array {
  if (text.length <= scratch.length) {
    scratchBytes.write(text, 'utf16le');
    return scratch;
  }
  const bytes = Buffer.from(text, 'utf16le');
  return new Uint16Array(bytes.buffer, bytes.byteOffset, text.length);
}
