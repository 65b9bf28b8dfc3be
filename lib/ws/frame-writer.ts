import { randomFillSync } from 'node:crypto';

const KEY_POOL = Buffer.alloc(8 * 1024);
let nextKey = KEY_POOL.length;

const WHOLE = { fin: true, masked: true } as const;

/** Returns one frame of a client (RFC 6455 §5.2, §5.3), head and payload in one buffer; without masking it is illegal. */
export function clientFrame(
  opcode: number,
  payload: string | Buffer,
  { fin, masked }: { readonly fin: boolean; readonly masked: boolean } = WHOLE,
): Buffer {
  const length = typeof payload === 'string' ? Buffer.byteLength(payload, 'utf8') : payload.length;
  const head = length < 126 ? 6 : length < 65_536 ? 8 : 14;
  const frame = Buffer.allocUnsafe(head + length);
  frame[0] = (fin ? 0x80 : 0) | opcode;
  if (length < 126) {
    frame[1] = 0x80 | length;
  } else if (length < 65_536) {
    frame[1] = 0x80 | 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 0x80 | 127;
    frame.writeUInt32BE(Math.floor(length / 2 ** 32), 2);
    frame.writeUInt32BE(length >>> 0, 6);
  }
  if (typeof payload === 'string') frame.write(payload, head, 'utf8');
  else payload.copy(frame, head);
  mask(frame, head);
  return masked ? frame : unmask(frame, head);
}

/** The body of a close frame; empty without a code. */
export function closeBody(code: number | null, reason: string): Buffer {
  if (code === null) return Buffer.alloc(0);
  const body = Buffer.alloc(2 + Buffer.byteLength(reason, 'utf8'));
  body.writeUInt16BE(code, 0);
  body.write(reason, 2, 'utf8');
  return body;
}

/** Returns a fresh `Sec-WebSocket-Key`: 16 random bytes as base64 (RFC 6455 §4.1). */
export function randomKey(): string {
  const from = take(16);
  return KEY_POOL.toString('base64', from, from + 16);
}

/** Returns where the next random bytes of the pool stand; a pool, as one system call per frame would dominate. */
function take(bytes: number): number {
  if (nextKey + bytes > KEY_POOL.length) {
    randomFillSync(KEY_POOL);
    nextKey = 0;
  }
  nextKey += bytes;
  return nextKey - bytes;
}

/** Takes the mask off a frame again: key and mask bit. */
function unmask(frame: Buffer, head: number): Buffer {
  const key = Buffer.from(frame.subarray(head - 4, head));
  const bare = Buffer.concat([frame.subarray(0, head - 4), frame.subarray(head)]);
  bare[1] = (bare[1] ?? 0) & 0x7f;
  for (let at = head - 4; at < bare.length; at += 1) {
    bare[at] = (bare[at] ?? 0) ^ (key[(at - head + 4) % 4] ?? 0);
  }
  return bare;
}

/** Masks what stands behind the head with a fresh key. */
function mask(frame: Buffer, head: number): void {
  const from = take(4);
  const key0 = KEY_POOL[from] ?? 0;
  const key1 = KEY_POOL[from + 1] ?? 0;
  const key2 = KEY_POOL[from + 2] ?? 0;
  const key3 = KEY_POOL[from + 3] ?? 0;
  frame[head - 4] = key0;
  frame[head - 3] = key1;
  frame[head - 2] = key2;
  frame[head - 1] = key3;
  const end = frame.length;
  let at = head;
  for (; at + 4 <= end; at += 4) {
    frame[at] = (frame[at] ?? 0) ^ key0;
    frame[at + 1] = (frame[at + 1] ?? 0) ^ key1;
    frame[at + 2] = (frame[at + 2] ?? 0) ^ key2;
    frame[at + 3] = (frame[at + 3] ?? 0) ^ key3;
  }
  if (at < end) frame[at] = (frame[at] ?? 0) ^ key0;
  if (at + 1 < end) frame[at + 1] = (frame[at + 1] ?? 0) ^ key1;
  if (at + 2 < end) frame[at + 2] = (frame[at + 2] ?? 0) ^ key2;
}
