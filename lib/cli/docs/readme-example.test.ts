import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runStagegate } from '../testing/project-copy.ts';

const README = readFileSync(join(process.cwd(), 'README.md'), 'utf8');
const out = mkdtempSync(join(tmpdir(), 'stagegate-readme-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

/** The fenced blocks of one section of the README, as lines. */
function blocksOf(title: string): readonly (readonly string[])[] {
  const section = README.split(/^## /m).find((text) => text.startsWith(`${title}\n`)) ?? '';
  return section
    .split('```')
    .filter((_, at) => at % 2 === 1)
    .map((block) => block.split('\n').filter((line) => line.trim() !== ''));
}

/** What changes from run to run: an id of a record, a time, a duration, a port, a revision, a seed, the tool that the seed chose. */
const VARIABLE =
  /\b(?:[wm]\d*-\d+|\d{4}-\d\d-\d\dT[\d:.]+Z|\d+ ms|127\.0\.0\.1:\d+|[0-9a-f]{12}|seed \d+|(?<=where {5}tool )\w+)\b/;

/** A line of an example as a pattern: what changes is left open, and a line that ends in dots goes on. */
function patternOf(line: string): RegExp {
  const isCut = line.endsWith('...');
  const parts = (isCut ? line.slice(0, -3) : line).split(VARIABLE);
  const escaped = parts.map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`));
  return new RegExp(`^${escaped.join(String.raw`[\w.: -]+?`)}${isCut ? '' : '$'}`);
}

/** Lines of an example that no line of the output is like, and what stands out of order. */
function missing(example: readonly string[], output: string): readonly string[] {
  const lines = output.split('\n').map((line) => line.trimEnd());
  return example.filter((line) => {
    const pattern = patternOf(line);
    return line !== '...' && !lines.some((printed) => pattern.test(printed));
  });
}

describe('the README', { timeout: 120_000 }, () => {
  test('shows what a healthy run prints', async () => {
    const example = blocksOf('Start').at(-1) ?? [];
    const { code, output } = await runStagegate(undefined, ['run', '--out', join(out, 'reports/green')]);

    expect(example.length).toBeGreaterThan(8);
    // The folder is another, and the order of specs in a phase is that of a race.
    expect(
      missing(
        example.filter((line) => !line.startsWith('report ')),
        output,
      ),
    ).toEqual([]);
    expect(code, output).toBe(0);
  });

  test('shows what its red command prints', async () => {
    const [[command = ''] = [], example = []] = blocksOf('Read a red');
    const words = command
      .replace('node lib/cli/stagegate.mjs ', '')
      .replace('../trial-reports', join(out, 'red'));

    const { code, output } = await runStagegate(undefined, words.split(' '));

    expect(words).toContain(out);
    expect(example.length).toBeGreaterThan(15);
    expect(missing(example, output), output).toEqual([]);
    expect(code).toBe(1);
  });
});
