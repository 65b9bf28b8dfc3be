/** Room that is made at once; a line of a frequent record is shorter than `LINE_ROOM`. */
const INITIAL_BYTES = 64 * 1024;
const LINE_ROOM = 4 * 1024;

/** Lines as bytes in one buffer that is used again, so that writing one leaves nothing behind for the collector. */
export class LineBuffer {
  #bytes = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  #length = 0;

  /** Bytes written since the last `clear`. */
  get length(): number {
    return this.#length;
  }

  /** Makes room for one line of at most 4 KiB. */
  startLine(): void {
    if (this.#length + LINE_ROOM <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(this.#bytes.length * 2);
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }

  /** Appends a text of ASCII characters only. */
  ascii(text: string): void {
    const bytes = this.#bytes;
    const from = this.#length;
    // A loop: the ids and words here are too short for the price of a native call.
    for (let at = 0; at < text.length; at += 1) bytes[from + at] = text.charCodeAt(at);
    this.#length = from + text.length;
  }

  /** Appends a longer text of ASCII characters only. */
  latin1(text: string): void {
    this.#length += this.#bytes.write(text, this.#length, 'latin1');
  }

  /** Appends bytes that were encoded before. */
  encoded(piece: Uint8Array): void {
    this.#bytes.set(piece, this.#length);
    this.#length += piece.length;
  }

  /** Appends a whole number of at least 0 in decimal digits. */
  integer(value: number): void {
    if (value > 0x7fffffff) {
      this.ascii(String(value));
      return;
    }
    const at = this.#length;
    const digits = digitsOf(value);
    this.#length = at + digits;
    this.integerAt(at, value, digits);
  }

  /** Writes a whole number from 0 to 2^31 − 1 over what stands at an offset. @param digits its decimal digits. */
  integerAt(at: number, value: number, digits: number): void {
    const bytes = this.#bytes;
    let rest = value;
    for (let end = at + digits - 1; end >= at; end -= 1) {
      // As 32-bit integers, which `Math.trunc` is not.
      const tenth = (rest / 10) | 0;
      bytes[end] = 0x30 + rest - tenth * 10;
      rest = tenth;
    }
  }

  /** Appends what was written at an offset since the last `clear`. */
  again(from: number, length: number): void {
    this.#bytes.copyWithin(this.#length, from, from + length);
    this.#length += length;
  }

  /** What was written between two offsets; valid until the next write. */
  view(from: number, to: number): Buffer {
    return this.#bytes.subarray(from, to);
  }

  clear(): void {
    this.#length = 0;
  }
}

/** Number of decimal digits of a whole number of at least 0. */
export function digitsOf(value: number): number {
  let digits = 1;
  for (let limit = 10; value >= limit; limit *= 10) digits += 1;
  return digits;
}

/** Encodes an ASCII text for `encoded`. */
export function encodeAscii(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}
