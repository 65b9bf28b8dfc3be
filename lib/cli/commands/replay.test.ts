import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runStagegate } from '../testing/project-copy.ts';

describe('replay', { timeout: 60_000 }, () => {
  const base = mkdtempSync(join(tmpdir(), 'stagegate-replay-'));
  const red = join(base, 'red');
  beforeAll(async () => {
    await runStagegate(undefined, ['run', '--smoke', '--fault', 'drop-tool-completed', '--out', base]);
    cpSync(realpathSync(join(base, 'latest')), red, { recursive: true });
  }, 60_000);
  afterAll(() => rmSync(base, { recursive: true, force: true }));

  const replay = async (...words: readonly string[]): ReturnType<typeof runStagegate> =>
    runStagegate(undefined, ['replay', ...words]);
  const bytes = (folder: string, name: string): Buffer => readFileSync(join(folder, name));

  test('gives the same decision and the same bytes from a copy in another folder', async () => {
    const again = join(base, 'again');
    const { code, output } = await replay(red, '--out', again);

    expect(code, output).toBe(1);
    expect(output).toContain('NO-GO');
    for (const name of ['decision.json', 'junit.xml', 'report.md']) {
      expect(bytes(again, name).equals(bytes(red, name)), name).toBe(true);
    }
  });

  test('finds one flipped byte in any file and decides nothing then', async () => {
    for (const name of ['run.json', 'decision.json', 'evidence.ndjson', 'junit.xml', 'report.md']) {
      const copy = join(base, `flipped-${name}`);
      cpSync(red, copy, { recursive: true });
      const content = bytes(copy, name);
      const at =
        content.indexOf(name === 'run.json' ? '"decidedAt": "2' : '2') + (name === 'run.json' ? 14 : 0);
      content[at] = content[at] === 0x33 ? 0x34 : 0x33;
      writeFileSync(join(copy, name), content);
      const { code, output } = await replay(copy);

      expect(code, output).toBe(3);
      expect(output).toContain('ALTERED');
      expect(output).toContain(name === 'run.json' ? 'decision.json' : name);
    }
  });

  test('refuses what is no run, and a folder that is not there', async () => {
    expect((await replay(join(base, 'nothing'))).code).toBe(64);
    expect((await replay()).code).toBe(64);
  });

  test('gives the bytes of a run that was refused', async () => {
    const reports = join(base, 'refused');
    await runStagegate(undefined, ['run', '--no-such-flag', '--out', reports]);
    const { code, output } = await replay(realpathSync(join(reports, 'latest')));

    expect(code, output).toBe(64);
    expect(output).toContain('same bytes: decision.json\n');
    expect(output).toContain('--no-such-flag');
  });
});
