import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Evidence } from '../../evidence/evidence.ts';
import { REPORT_FILE_NAMES } from '../../reporting/report-files.ts';
import { readDecision, readRecord, runStagegate } from '../testing/project-copy.ts';
import { storeShard } from '../testing/stored-shard.ts';

/** The file that shows the wire cannot be made of an exchange whose address is none. */
function exchangeWith(url: string): Evidence {
  return {
    id: 'w1-3',
    check: 'API-01',
    atMs: 10,
    wallTime: '2026-03-01T10:00:00.010Z',
    body: {
      kind: 'http.exchange',
      method: 'GET',
      url,
      requestHeaders: {},
      requestBytes: 0,
      subject: null,
      outcome: { kind: 'censored', phase: 'request', budgetMs: 10 },
      timings: { dnsMs: null, tcpMs: null, tlsMs: null, waitMs: null, bodyMs: null, totalMs: 10 },
    },
  };
}

describe('a reporter that crashes', { timeout: 30_000 }, () => {
  const base = mkdtempSync(join(tmpdir(), 'stagegate-crash-'));
  afterAll(() => rmSync(base, { recursive: true, force: true }));

  test('is exit 70 and INCONCLUSIVE, and every other file of the run is written', async () => {
    const out = join(base, 'broken');
    const part = storeShard(base, [exchangeWith('no address at all')]);
    const { code, output } = await runStagegate(undefined, ['merge', part, '--out', out]);
    const folder = realpathSync(join(out, 'latest'));

    expect(code, output).toBe(70);
    expect(readDecision(folder)).toMatchObject({ decision: 'INCONCLUSIVE', exitCode: 70, state: 'final' });
    expect(
      readRecord(folder)
        .harnessFaults.map(({ message }) => message)
        .join('\n'),
    ).toMatch(/^evidence\.har: .*Invalid URL/);
    expect(readdirSync(folder)).toEqual(
      expect.arrayContaining([
        ...REPORT_FILE_NAMES.filter((name) => name !== 'evidence.har'),
        'decision.json',
        'evidence.ndjson',
        'run.json',
      ]),
    );
    for (const name of ['junit.xml', 'report.md', 'summary.md', 'ctrf.json']) {
      expect(readFileSync(join(folder, name), 'utf8'), name).toContain('evidence.har');
    }
  });

  test('is what made the difference: the same shard with an address is GO', async () => {
    const out = join(base, 'whole');
    const part = storeShard(join(base, 'good'), [exchangeWith('http://127.0.0.1:8000/health')]);
    const { code, output } = await runStagegate(undefined, ['merge', part, '--out', out]);

    expect(code, output).toBe(0);
    expect(readDecision(realpathSync(join(out, 'latest'))).decision).toBe('GO');
  });
});
