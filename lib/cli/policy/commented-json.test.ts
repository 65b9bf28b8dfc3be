import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { HarnessError } from '../../foundation/errors.ts';
import { TemporaryFolder } from '../../foundation/testing/temporary-folder.ts';
import { readCommentedJson } from './commented-json.ts';

const schema = z.strictObject({
  limit: z.number(),
  names: z.array(z.enum(['a', 'b'])),
  inner: z.strictObject({ on: z.boolean() }).optional(),
});

const asked = {
  kind: 'a sample',
  schema,
  next: 'Look.',
  problems: (raw: unknown) =>
    JSON.stringify(raw).includes('"limit":13') ? [{ path: ['limit'], text: 'expected luck, got 13' }] : [],
};

function read(text: string): { readonly limit: number } & object {
  using folder = new TemporaryFolder();
  writeFileSync(folder.file('some.json'), text);
  return readCommentedJson(folder.file('some.json'), asked).value;
}
function problemOf(text: string): string {
  try {
    read(text);
  } catch (error) {
    const { code, next, message } =
      error instanceof HarnessError ? error : { code: '', next: '', message: '' };
    return code === 'CONFIG_INVALID' && next === 'Look.'
      ? message.replace(/^expected a sample in \S+, got: /, '')
      : 'another error';
  }
  return 'none';
}

describe('JSON with comments', () => {
  test('is read with comments of both kinds, a trailing comma and a byte order mark', () => {
    const text = '\ufeff{\n  // why\n  "limit": 3, /* one */ "names": ["a",],\n}\n';

    expect(read(text)).toEqual({ limit: 3, names: ['a'] });
  });

  test.each([
    ['{\n  "limit": 3\n  "names": []\n}', 'line 3, column 3: comma expected'],
    ['{ "limit": 3, "names": [] ', 'line 1, column 27: close brace expected'],
    ['', 'line 1, column 1: value expected'],
    ['// nothing\n', 'line 2, column 1: value expected'],
    ['{}{}', 'line 1, column 3: end of file expected'],
    ["{ 'limit': 3 }", 'line 1, column 3: invalid symbol'],
  ])('names line and column of what is no JSON: %j', (text, problem) => {
    expect(problemOf(text)).toContain(problem);
  });

  test.each([
    ['{\n  "limit": "x",\n  "names": []\n}', 'line 2, column 3: limit: expected a number, got "x"'],
    [
      '{\n  "limit": 1,\n  "names": ["a",\n    "c"]\n}',
      'line 4, column 5: names.1: expected one of "a", "b", got "c"',
    ],
    ['{ "limit": 1 }', 'line 1, column 1: names: expected a list, got nothing'],
    [
      '{ "limit": 1, "names": [],\n "inner": { "on": true,\n  "off": 1 } }',
      'line 3, column 3: unknown field inner.off',
    ],
    ['[]', 'line 1, column 1: the file: expected an object, got []'],
  ])('names place, expectation and value of what does not fit: %j', (text, problem) => {
    expect(problemOf(text)).toBe(problem);
  });

  test('names every problem at once', () => {
    expect(problemOf('{ "limit": "x", "names": ["c"], "more": 1 }').split('; ')).toHaveLength(3);
  });

  test('names what only the caller can see beside what the schema sees, and alone', () => {
    expect(problemOf('{ "limit": 13, "names": ["c"] }')).toBe(
      'line 1, column 26: names.0: expected one of "a", "b", got "c"; line 1, column 3: expected luck, got 13',
    );
    expect(problemOf('{ "limit": 13, "names": [] }')).toBe('line 1, column 3: expected luck, got 13');
  });

  test('refuses a key that stands there twice: the last one would win in silence', () => {
    expect(problemOf('{ "limit": 1, "names": [],\n "limit": 2 }')).toBe(
      'line 2, column 2: limit stands there twice, and one of them would be lost',
    );
  });

  test('refuses a key that would answer for fields which are not there', () => {
    expect(problemOf('{ "names": [],\n  "__proto__": { "limit": 1 } }')).toBe(
      'line 2, column 3: unknown field __proto__',
    );
  });

  test('is refused when the file is not there', () => {
    expect(() => readCommentedJson('/nowhere/some.json', asked)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('ENOENT') }),
    );
  });
});
