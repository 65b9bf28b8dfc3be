import { describe, expect, test } from 'vitest';
import { fingerprint, Secret } from './secret.ts';
import { printedForms, windowsIn } from './testing/printed-forms.ts';

const VALUE = 'kQ7vXz2mPw9RtY4uLs8dFg3hJ6bNc1Va';
const secret = new Secret('JWT_SECRET_KEY', VALUE);

describe('Secret', () => {
  test.each(printedForms(secret))('shows no 8 characters of its value in %s', (_way, render) => {
    const text = render();

    expect(text).not.toBe('no failure');
    expect(windowsIn(text, VALUE)).toEqual([]);
  });

  test('names its label and fingerprint', () => {
    expect(String(secret)).toBe(`[secret JWT_SECRET_KEY sha256:${fingerprint(VALUE)}]`);
  });

  test('reveals its value on request only', () => {
    expect(secret.reveal()).toBe(VALUE);
  });
});
