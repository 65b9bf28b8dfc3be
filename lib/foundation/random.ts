import { randomBytes, randomFillSync, randomInt } from 'node:crypto';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A reproducible source: the same seed gives the same sequence. */
export interface Random {
  /** An integer, both bounds included. */
  int(min: number, max: number): number;
  /** A new array in random order. */
  shuffle<T>(items: readonly T[]): T[];
}

/** Returns a generator for a 32-bit seed. */
export function createRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  const int = (min: number, max: number): number => uniformInt(generator, min, max);
  return {
    int,
    shuffle(items) {
      const order = items.map((item) => ({ item, key: int(0, 0x7fffffff) }));
      return order.sort((a, b) => a.key - b.key).map(({ item }) => item);
    },
  };
}

/** Returns a seed for a run that was not given one. */
export function randomSeed(): number {
  return randomInt(1, 0x7fffffff);
}

/** Bytes for ids are drawn ahead, as a system call per id would dominate under load; those of keys are not. */
const ID_POOL = Buffer.alloc(4 * 1024);
let nextIdByte = ID_POOL.length;

/** Returns `bytes` (at most 4 096) cryptographically random bytes as lower-case hex, for ids. */
export function randomHex(bytes: number): string {
  if (nextIdByte + bytes > ID_POOL.length) {
    randomFillSync(ID_POOL);
    nextIdByte = 0;
  }
  nextIdByte += bytes;
  return ID_POOL.toString('hex', nextIdByte - bytes, nextIdByte);
}

/** Returns `bytes` cryptographically random bytes as base64url, for keys and canaries. */
export function randomBase64Url(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}

/** Returns a key of `bytes` random bytes as base64. */
export function randomKey(bytes: number): string {
  return randomBytes(bytes).toString('base64');
}
