import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { fingerprint } from '../foundation/secret.ts';
import { failureText, printedForms, windowsIn } from '../foundation/testing/printed-forms.ts';
import { Token } from './token.ts';

const claims = { sub: 'sg-4711-u1', iat: 1_760_000_000, exp: 1_760_000_300, permissions: ['read'] };
const value = await new SignJWT(claims)
  .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
  .sign(Buffer.from('sJ3nVb8xCq1LdF6gHk5ZpW0aTyE7rU2i'));
const token = new Token({ value, claims, source: 'minted' });

const WAYS: readonly (readonly [string, () => string])[] = [
  ...printedForms(token),
  [
    'a vitest diff of two tokens',
    () => failureText(token, new Token({ value: `${value}x`, claims, source: 'minted' })),
  ],
];

describe('Token', () => {
  test.each(WAYS)('shows no 8 characters of itself in %s', (_way, render) => {
    const text = render();

    expect(text).not.toBe('no failure');
    expect(windowsIn(text, value)).toEqual([]);
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
