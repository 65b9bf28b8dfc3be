import { SignJWT } from 'jose';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { fingerprint } from '../foundation/secret.ts';
import { Token } from './token.ts';

const claims = { sub: 'sg-4711-u1', iat: 1_760_000_000, exp: 1_760_000_300, permissions: ['read'] };
const value = await new SignJWT(claims)
  .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
  .sign(Buffer.from('sJ3nVb8xCq1LdF6gHk5ZpW0aTyE7rU2i'));
const token = new Token({ value, claims, source: 'minted' });

function failureText(actual: unknown, expected: unknown): string {
  try {
    expect(actual).toEqual(expected);
  } catch (error) {
    return `${inspect(error, { depth: 9, showHidden: true })} ${JSON.stringify(error)}`;
  }
  return 'no failure';
}

const WAYS: readonly (readonly [string, () => string])[] = [
  ['JSON.stringify', () => JSON.stringify({ nested: [token] })],
  ['a template literal', () => String.raw`got ${token}`],
  ['String()', () => String(token)],
  ['concatenation', () => 'got ' + token],
  [
    'util.inspect, nested, with hidden properties',
    () => inspect({ a: { b: [token] } }, { depth: 9, showHidden: true }),
  ],
  ['util.inspect without custom forms', () => inspect(token, { customInspect: false, showHidden: true })],
  [
    'an error message and its cause',
    () => inspect(new Error(String.raw`got ${token}`, { cause: token }), { showHidden: true }),
  ],
  ['a vitest diff', () => failureText({ token }, { token: 'something else' })],
  [
    'a vitest diff of two tokens',
    () => failureText(token, new Token({ value: `${value}x`, claims, source: 'minted' })),
  ],
  ['structuredClone', () => inspect(structuredClone({ token }), { depth: 9, showHidden: true })],
  ['its own properties', () => JSON.stringify(Object.entries(token))],
];

describe('Token', () => {
  test.each(WAYS)('shows no 8 characters of itself in %s', (_way, render) => {
    const text = render();
    const windows = Array.from({ length: value.length - 7 }, (_, i) => value.slice(i, i + 8));

    expect(text).not.toBe('no failure');
    expect(windows.filter((window) => text.includes(window))).toEqual([]);
  });

  test('names subject, expiry and fingerprint', () => {
    expect(String(token)).toBe(`[token sub=sg-4711-u1 exp=1760000300 sha256:${fingerprint(value)}]`);
  });

  test('reads subject and dates from its claims, which cannot be changed', () => {
    expect(token).toMatchObject({
      subject: 'sg-4711-u1',
      issuedAtSec: 1_760_000_000,
      expiresAtSec: 1_760_000_300,
    });
    expect(Object.isFrozen(token.claims)).toBe(true);
    expect(new Token({ value: 'x', claims: {}, source: 'minted' })).toMatchObject({
      subject: null,
      expiresAtSec: null,
    });
  });
});
