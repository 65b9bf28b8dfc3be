import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseEnvironmentFile, readEnvironmentFile } from './environment-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'stagegate-env-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('readEnvironmentFile', () => {
  test('reads the file of the environment', () => {
    writeFileSync(join(folder, '.env.staging'), 'A=1\n');

    expect(readEnvironmentFile('staging', folder)).toEqual({
      path: join(folder, '.env.staging'),
      text: 'A=1\n',
    });
  });

  test('answers null for a missing file and for a name that leaves the folder', () => {
    expect(readEnvironmentFile('nowhere', folder).text).toBeNull();
    expect(readEnvironmentFile('../../etc/passwd', folder).text).toBeNull();
  });

  test('throws CONFIG_INVALID when the file cannot be read', () => {
    mkdirSync(join(folder, '.env.broken'));

    expect(() => readEnvironmentFile('broken', folder)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  });
});

describe('parseEnvironmentFile', () => {
  test('reads assignments, comments, quotes and export', () => {
    const { values, problems } = parseEnvironmentFile(
      '# c\n\nexport A=1\r\nB="x # y"\nC= z # comment\n',
      '.env.x',
    );

    expect([...values]).toEqual([
      ['A', '1'],
      ['B', 'x # y'],
      ['C', 'z'],
    ]);
    expect(problems).toEqual([]);
  });

  test.each([
    ['A 1', 'line'],
    ['A=1\nA=2', 'A'],
    ['SECRET=abc#defgh', 'SECRET'],
    ['KEY="first\nsecond"', 'KEY'],
  ])('reports what would be lost silently in %j', (text, setting) => {
    const { problems } = parseEnvironmentFile(text, '.env.x');

    expect(problems[0]).toMatchObject({ setting, origin: expect.stringMatching(/^line \d+ of \.env\.x$/) });
    expect(JSON.stringify(problems)).not.toMatch(/defgh|second"/);
  });
});
