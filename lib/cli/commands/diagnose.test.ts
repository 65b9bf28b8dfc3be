import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TemporaryFolder } from '../../foundation/testing/temporary-folder.ts';
import { runStagegate } from '../testing/project-copy.ts';
import { storeShard } from '../testing/stored-shard.ts';

/** A whole run without a red, as `merge` leaves it. */
async function storedRun(base: TemporaryFolder): Promise<string> {
  const part = storeShard(base.file('parts'), []);
  await runStagegate(undefined, ['merge', part, '--out', base.file('reports')]);
  return base.file('reports/latest');
}
const DAMAGE = /^run \S+: ALTERED, the files of this run are not as it wrote them {2}\(exit 3\)\n/;

describe('diagnose and compare', { timeout: 60_000 }, () => {
  test('say what is damaged first, and never that nothing is red beside it', async () => {
    using base = new TemporaryFolder();
    const run = await storedRun(base);
    const whole = await runStagegate(undefined, ['diagnose', run]);
    expect(whole.output).toContain('nothing red');
    expect(whole.code).toBe(0);

    const path = join(run, 'decision.json');
    const written = readFileSync(path, 'utf8');
    writeFileSync(path, written.replace('"headline": "', '"headline": "no '));
    for (const format of [[], ['--json']]) {
      const { code, output } = await runStagegate(undefined, ['diagnose', run, ...format]);
      expect(code).toBe(3);
      expect(output).toMatch(DAMAGE);
      expect(output).toContain('decision.json: other bytes than the record gives');
      expect(output).not.toContain('nothing red');
    }
    rmSync(path);
    const lost = await runStagegate(undefined, ['diagnose', run]);
    expect(lost.code).toBe(3);
    expect(lost.output).toContain('decision.json: missing');
    expect(lost.output).not.toContain('nothing red');

    writeFileSync(path, written);
    const evidence = join(run, 'evidence.ndjson');
    writeFileSync(evidence, readFileSync(evidence, 'utf8').replace('"atMs":', '"atMs":1'));
    const damaged = await runStagegate(undefined, ['diagnose', run]);
    expect(damaged.code).toBe(3);
    expect(damaged.output).toMatch(DAMAGE);
    expect(damaged.output).not.toContain('nothing red');
  });

  test('accuse nobody of altering a run that was refused before its first packet', async () => {
    using base = new TemporaryFolder();
    const reports = base.file('reports');
    await runStagegate(undefined, ['run', '--no-such-flag', '--out', reports]);

    const diagnosed = await runStagegate(undefined, ['diagnose', join(reports, 'latest')]);
    expect(diagnosed.code).toBe(3);
    expect(diagnosed.output).toMatch(/: refused before the first packet: .*\nUSAGE: .*--no-such-flag/);
    expect(diagnosed.output).not.toContain('ALTERED');
  });

  test('take no run for the baseline of itself', async () => {
    using base = new TemporaryFolder();
    const run = await storedRun(base);
    const { code, output } = await runStagegate(undefined, ['compare', run, run]);

    expect(code).toBe(64);
    expect(output).toContain('expected two runs to compare, got one run twice');
  });
});
