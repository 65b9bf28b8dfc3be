import { describe, expect, test } from 'vitest';
import { isRevision, sameRevision } from './revision.ts';

describe('revision', () => {
  test.each([
    'a'.repeat(40),
    'a1b2c3d',
    'v1.4.0-rc.1+build.7',
    'release/2026-03-01',
    'netra-backend-00042-abc',
    `sha256:${'0'.repeat(64)}`,
    'app@sha256:0a1b',
    '1',
  ])('may be %s', (text) => {
    expect(isRevision(text)).toBe(true);
  });

  test.each([
    '',
    ' ',
    '<script>',
    '<!DOCTYPE html>',
    'a b',
    'v1\n',
    '\u001b[31m',
    'unknown',
    'UNKNOWN',
    'null',
    'undefined',
    '-',
    'a'.repeat(201),
    '{"sha":"a1b2c3d"}',
  ])('cannot be %j', (text) => {
    expect(isRevision(text)).toBe(false);
  });

  test('is the same as its abbreviation of 7 hex digits and more', () => {
    expect(sameRevision('A1B2C3D', 'a1b2c3d4e5')).toBe(true);
    expect(sameRevision('a1b2c3', 'a1b2c3d4e5')).toBe(false);
    expect(sameRevision('release', 'release-2')).toBe(false);
  });
});
