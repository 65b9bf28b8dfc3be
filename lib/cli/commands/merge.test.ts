import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRecord, runStagegate } from '../testing/project-copy.ts';

describe('merge', { timeout: 60_000 }, () => {
  const base = mkdtempSync(join(tmpdir(), 'stagegate-merge-'));
  const folders = [1, 2].map((index) => join(base, `part-${index}`));
  beforeAll(async () => {
    for (const [at, folder] of folders.entries()) {
      const out = join(base, `reports-${at}`);
      await runStagegate(undefined, [
        'run',
        '--smoke',
        '--shard',
        `${at + 1}/2`,
        '--seed',
        '7',
        '--out',
        out,
      ]);
      cpSync(realpathSync(join(out, 'latest')), folder, { recursive: true });
    }
  }, 60_000);
  afterAll(() => rmSync(base, { recursive: true, force: true }));

  const merge = async (name: string, ...parts: readonly string[]): ReturnType<typeof runStagegate> =>
    runStagegate(undefined, ['merge', ...parts, '--out', join(base, name)]);

  test('decides once every shard is there, and the whole can be replayed', async () => {
    const { output } = await merge('whole', ...folders);
    const folder = realpathSync(join(base, 'whole/latest'));
    const record = readRecord(folder);

    expect(record.checks.filter(({ verdict }) => verdict !== 'passed').map(({ id }) => id)).toEqual([]);
    expect(record.merge?.problems, output).toEqual([]);
    expect(record.selection.scope).toBe('smoke');
    expect((await runStagegate(undefined, ['replay', folder])).output).toContain('same bytes');
  });

  test('is INCONCLUSIVE and names the shard when one is missing or was altered', async () => {
    const [first = '', second = ''] = folders;
    const lost = await merge('lost', first);
    expect(lost.code).toBe(3);
    expect(lost.output).toContain('shard 2 of 2 is missing');

    const altered = join(base, 'altered');
    cpSync(second, altered, { recursive: true });
    const path = join(altered, 'evidence.ndjson');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"atMs":', '"atMs":1'));
    const merged = await merge('altered-out', first, altered);
    expect(merged.code).toBe(3);
    expect(merged.output).toMatch(/shard 2 of 2 .+ was altered: evidence\.ndjson: line 2/);
  });

  test('is INCONCLUSIVE for a shard of a run with another seed, and names one that is given twice', async () => {
    const [first = ''] = folders;
    const out = join(base, 'other-run');
    await runStagegate(undefined, ['run', '--smoke', '--shard', '2/2', '--seed', '8', '--out', out]);
    const mixed = await merge('mixed', first, realpathSync(join(out, 'latest')));
    expect(mixed.code, mixed.output).toBe(3);
    expect(mixed.output).toMatch(/shard 2 of 2 .+ is of another run: other seed/);
    expect(mixed.output).toContain('shard 2 of 2 is missing');

    const twice = await merge('twice', first, first);
    expect(twice.code).toBe(3);
    expect(twice.output).toMatch(/shard 1 of 2 .+ is named twice/);
    expect(twice.output).toContain('shard 2 of 2 is missing');
  });

  test('is INCONCLUSIVE while the reports folder knows a red run of a shard that is not handed in', async () => {
    const [first = ''] = folders;
    const reports = join(base, 'reports-1');
    const second = realpathSync(join(reports, 'latest'));
    const history = join(reports, 'history.ndjson');
    const own = readFileSync(history, 'utf8');
    const red = own.replace(/"runId":"[^"]+"/, '"runId":"20260101T000000Z-local-00000a"');
    writeFileSync(history, `${own}${red.replace('"PRE-01":"not-run"', '"PRE-01":"failed"')}`);
    const merged = await merge('hidden', first, second);
    writeFileSync(history, own);

    expect(merged.code, merged.output).toBe(3);
    expect(merged.output).toMatch(
      /! shard 2 of 2 was run as 20260101T000000Z-local-00000a too, .+PRE-01 failed there/,
    );
  });

  test('takes no shard whose record is not the one that its decision was made from', async () => {
    const [first = '', second = ''] = folders;
    const forged = join(base, 'forged');
    cpSync(second, forged, { recursive: true });
    const path = join(forged, 'run.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"verdict": "not-run"', '"verdict": "passed"'));
    const merged = await merge('forged-out', first, forged);

    expect(merged.code).toBe(3);
    expect(merged.output).toMatch(
      /shard 2 of 2 .+ was altered: .*run\.json: another record than decision\.json was made from/,
    );
  });

  test('refuses runs of which none is a shard', async () => {
    const whole = join(base, 'none');
    await runStagegate(undefined, ['run', '--no-such-flag', '--out', whole]);
    expect((await merge('none-out', realpathSync(join(whole, 'latest')))).code).toBe(64);
    expect((await merge('none-out')).code).toBe(64);
  });
});
