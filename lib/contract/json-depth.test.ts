import { expect, test } from 'vitest';
import { isTooDeep } from './json-depth.ts';

const nested = (depth: number): string =>
  `{"pad":"${'x'.repeat(5_000)}","deep":${'['.repeat(depth)}${']'.repeat(depth)}}`;

test('finds a text nested deeper than 128 levels', () => {
  expect(isTooDeep(nested(127))).toBe(false);
  expect(isTooDeep(nested(128))).toBe(true);
});

test('does not count brackets inside strings, escaped quotes included', () => {
  expect(isTooDeep(`{"text":"\\"${'['.repeat(10_000)}"}`)).toBe(false);
  expect(isTooDeep(`"${'{'.repeat(10_000)}`)).toBe(false);
});

test('does not count what was closed again', () => {
  expect(isTooDeep(`[${'[],'.repeat(5_000)}0]`)).toBe(false);
});

test('leaves short texts to the parser', () => {
  expect(isTooDeep('['.repeat(1_000))).toBe(false);
});
