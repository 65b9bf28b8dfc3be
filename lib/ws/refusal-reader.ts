import { systemClock } from '../foundation/clock.ts';
import { headerOf, type HttpHead } from './http-head.ts';
import type { RefusalBody } from './refusal-body.ts';

/** Longest line between two chunks (RFC 9112 §7.1). */
const MAX_CHUNK_LINE = 1_024;

/** Where a chunked body stands: in the line before a chunk, in its data, or in the line end behind it. */
type ChunkState = 'size' | 'data' | 'data-end';

/**
 * Reads the body of a refused opening handshake from bytes (RFC 9112 §6): by length, in chunks, or until the end. Calls
 * `done` once: when the body is complete, above `maxBytes`, broken, or when `finish` is called.
 */
export class RefusalReader {
  readonly #maxBytes: number;
  readonly #done: (body: RefusalBody) => void;
  readonly #startedAtMs = systemClock.now();
  readonly #isChunked: boolean;
  readonly #kept: Buffer[] = [];
  #keptBytes = 0;
  #bytes = 0;
  /** Bytes still to come of the body, or of the chunk. */
  #missing: number;
  #chunkState: ChunkState = 'size';
  #line = '';
  #isDone = false;

  constructor(head: HttpHead, maxBytes: number, done: (body: RefusalBody) => void) {
    this.#maxBytes = maxBytes;
    this.#done = done;
    this.#isChunked = /(?:^|,)\s*chunked\s*$/i.test(headerOf(head.headers, 'transfer-encoding') ?? '');
    const length = headerOf(head.headers, 'content-length') ?? '';
    const hasBody = head.status !== 204 && head.status !== 304;
    if (!hasBody) this.#missing = 0;
    else this.#missing = /^\d{1,15}$/.test(length) ? Number(length) : Number.POSITIVE_INFINITY;
    if (this.#isChunked) this.#missing = hasBody ? Number.POSITIVE_INFINITY : 0;
  }

  /** Takes the bytes behind the head, and every later chunk of the connection. */
  push(chunk: Buffer): void {
    if (this.#isDone) return;
    if (this.#missing > 0 && this.#isChunked) this.#pushChunked(chunk);
    else if (this.#missing > 0) this.#take(chunk);
    if (this.#missing === 0 || this.#bytes > this.#maxBytes) this.finish();
  }

  /** Ends the sample with what has come. */
  finish(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#done({
      text: Buffer.concat(this.#kept).toString('utf8'),
      bytes: this.#bytes,
      elapsedMs: systemClock.now() - this.#startedAtMs,
    });
  }

  #take(bytes: Buffer): number {
    const taken = Math.min(bytes.length, this.#missing);
    this.#bytes += taken;
    this.#missing -= taken;
    const kept = Math.min(taken, this.#maxBytes - this.#keptBytes);
    this.#keptBytes += kept;
    // The bytes belong to the socket: what is kept must be a copy.
    if (kept > 0) this.#kept.push(Buffer.from(bytes.subarray(0, kept)));
    return taken;
  }

  #pushChunked(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#chunkState === 'data') {
        at += this.#take(bytes.subarray(at));
        if (this.#missing > 0) return;
        this.#chunkState = 'data-end';
        this.#missing = Number.POSITIVE_INFINITY;
        continue;
      }
      const end = bytes.indexOf(0x0a, at);
      this.#line += bytes.toString('latin1', at, end < 0 ? bytes.length : end);
      if (this.#line.length > MAX_CHUNK_LINE) return this.finish();
      if (end < 0) return;
      at = end + 1;
      const line = this.#line.trim();
      this.#line = '';
      if (this.#chunkState === 'data-end') {
        this.#chunkState = 'size';
        continue;
      }
      const size = /^([\da-f]{1,8})\s*(?:;|$)/i.exec(line)?.[1];
      // A broken chunk ends the sample, not the observation: the status was received.
      if (size === undefined) return this.finish();
      this.#missing = Number.parseInt(size, 16);
      // The last chunk is empty; its trailers are of no interest.
      if (this.#missing === 0) return;
      this.#chunkState = 'data';
    }
  }
}
