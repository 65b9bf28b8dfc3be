import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { fingerprint, Secret } from './secret.ts';

const VALUE = 'kQ7vXz2mPw9RtY4uLs8dFg3hJ6bNc1Va';
const secret = new Secret('JWT_SECRET_KEY', VALUE);

function failureText(actual: unknown, expected: unknown): string {
  try {
    expect(actual).toEqual(expected);
  } catch (error) {
    return `${inspect(error, { depth: 9, showHidden: true })} ${JSON.stringify(error)}`;
  }
  return 'no failure';
}

const WAYS: readonly (readonly [string, () => string])[] = [
  ['JSON.stringify', () => JSON.stringify({ nested: [secret] })],
  ['a template literal', () => String.raw`got ${secret}`],
  ['String()', () => String(secret)],
  ['concatenation', () => 'got ' + secret],
  [
    'util.inspect, nested, with hidden properties',
    () => inspect({ a: { b: [secret] } }, { depth: 9, showHidden: true }),
  ],
  ['util.inspect without custom forms', () => inspect(secret, { customInspect: false, showHidden: true })],
  [
    'an error message and its cause',
    () => inspect(new Error(String.raw`got ${secret}`, { cause: secret }), { showHidden: true }),
  ],
  ['a vitest diff', () => failureText({ key: secret }, { key: 'something else' })],
  ['structuredClone', () => inspect(structuredClone({ key: secret }), { depth: 9, showHidden: true })],
  ['its own properties', () => JSON.stringify(Object.entries(secret))],
];

describe('Secret', () => {
  test.each(WAYS)('shows no 8 characters of its value in %s', (_way, render) => {
    const text = render();
    const windows = Array.from({ length: VALUE.length - 7 }, (_, i) => VALUE.slice(i, i + 8));

    expect(text).not.toBe('no failure');
    expect(windows.filter((window) => text.includes(window))).toEqual([]);
  });

  test('names its label and fingerprint', () => {
    expect(String(secret)).toBe(`[secret JWT_SECRET_KEY sha256:${fingerprint(VALUE)}]`);
  });

  test('reveals its value on request only', () => {
    expect(secret.reveal()).toBe(VALUE);
  });
});
