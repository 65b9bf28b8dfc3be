import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeBody } from './content-coding.ts';

const plain = Buffer.from('{"status":"healthy"}');
const MAX = 1_000;

describe('content codings', () => {
  test.for([
    [undefined, plain],
    ['identity', plain],
    ['gzip', gzipSync(plain)],
    ['X-GZIP', gzipSync(plain)],
    ['deflate', deflateSync(plain)],
    ['br', brotliCompressSync(plain)],
    ['gzip, br', brotliCompressSync(gzipSync(plain))],
    [['gzip', 'br'], brotliCompressSync(gzipSync(plain))],
  ] as const)('%s is taken off', ([coding, body]) => {
    expect(decodeBody(body, coding, MAX)).toEqual({ kind: 'decoded', body: plain });
  });

  test.for([
    ['an unknown one', 'zstd-x', plain, 'zstd-x'],
    ['bytes that are none', 'gzip', plain, 'gzip'],
    ['a body that was cut', 'gzip', gzipSync(plain).subarray(0, 12), 'gzip'],
    ['a bomb', 'gzip', gzipSync(Buffer.alloc(MAX + 1)), 'gzip'],
  ] as const)('names %s', ([, coding, body, named]) => {
    expect(decodeBody(body, coding, MAX)).toEqual({ kind: 'undecodable', coding: named });
  });

  test('an empty body has nothing to take off', () => {
    expect(decodeBody(Buffer.alloc(0), 'gzip', MAX)).toEqual({ kind: 'decoded', body: Buffer.alloc(0) });
  });
});
