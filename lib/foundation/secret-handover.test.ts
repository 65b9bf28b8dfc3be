import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { randomKey } from './random.ts';
import { readHandover, SecretHandover } from './secret-handover.ts';
import { TemporaryFolder } from './testing/temporary-folder.ts';

const key = randomKey(32);
const first = { value: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyLTEifQ.c2lnbmF0dXJl', label: 'token of user-1' };
const second = { value: 'line\nbreak "quoted" 🚀', label: 'key' };

function written(folder: TemporaryFolder): string {
  const path = folder.file('secrets-w1');
  const handover = new SecretHandover(path, key);
  handover.add(first.value, first.label);
  handover.add(second.value, second.label);
  return path;
}

describe('secret handover', () => {
  test('gives back every secret with its label, in order', () => {
    using folder = new TemporaryFolder();

    expect(readHandover(written(folder), key)).toEqual([first, second]);
  });

  test('holds neither value nor label in readable form, and no two lines alike', () => {
    using folder = new TemporaryFolder();
    const path = written(folder);
    new SecretHandover(path, key).add(first.value, first.label);
    const text = readFileSync(path, 'utf8');
    const decoded = text
      .split('\n')
      .map((line) => Buffer.from(line, 'base64').toString('latin1'))
      .join('\n');

    expect(`${text}${decoded}`).not.toMatch(/eyJ|user-1|line/);
    expect(new Set(text.trim().split('\n')).size).toBe(3);
  });

  test('leaves out a last line that was cut short by a kill', () => {
    using folder = new TemporaryFolder();
    const path = written(folder);
    const whole = readFileSync(path, 'utf8');
    writeFileSync(path, whole.slice(0, -5));

    expect(readHandover(path, key)).toEqual([first]);
  });

  test('fails loudly under a wrong key, and on a line that was changed', () => {
    using folder = new TemporaryFolder();
    const path = written(folder);

    expect(() => readHandover(path, randomKey(32))).toThrow();
    appendFileSync(path, `${Buffer.from('not a line of ours at all, but long').toString('base64')}\n`);
    expect(() => readHandover(path, key)).toThrow();
  });

  test('is empty for a worker that never wrote one', () => {
    using folder = new TemporaryFolder();

    expect(readHandover(folder.file('secrets-none'), key)).toEqual([]);
  });
});
