import { describe, expect, test } from 'vitest';
import { CookieJar } from './cookie-jar.ts';

const URL_A = new URL('https://a.example/api/threads');

describe('cookie jar', () => {
  test('keeps cookies per user and host', () => {
    const jar = new CookieJar();
    jar.store('u1', URL_A, ['lb=1; Path=/']);

    expect(jar.header('u1', new URL('wss://a.example/ws'))).toBe('lb=1');
    expect(jar.header('u2', URL_A)).toBeNull();
    expect(jar.header('u1', new URL('https://b.example/'))).toBeNull();
  });

  test('sends a secure cookie over TLS only and a path cookie under its path only', () => {
    const jar = new CookieJar();
    jar.store('u1', URL_A, ['s=1; Secure', 'p=2; Path=/api']);

    expect(jar.header('u1', URL_A)).toBe('s=1; p=2');
    expect(jar.header('u1', new URL('http://a.example/api'))).toBe('p=2');
    expect(jar.header('u1', new URL('https://a.example/apis'))).toBe('s=1');
  });

  test('replaces and removes', () => {
    const jar = new CookieJar();
    jar.store('u1', URL_A, ['a=1', 'a=2', 'b=1']);
    jar.store('u1', URL_A, ['b=1; Max-Age=0']);

    expect(jar.header('u1', URL_A)).toBe('a=2');
  });

  test('is bounded', () => {
    const jar = new CookieJar();
    jar.store(
      'u1',
      URL_A,
      Array.from({ length: 500 }, (_, at) => `c${at}=1`),
    );
    jar.store('u2', URL_A, [`big=${'x'.repeat(10_000)}`]);

    expect(jar.header('u1', URL_A)?.split('; ')).toHaveLength(50);
    expect(jar.header('u2', URL_A)).toBeNull();
  });
});
