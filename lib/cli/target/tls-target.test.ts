import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readRecord, runStagegate } from '../testing/project-copy.ts';

const START_TRIES = 150;

test(
  'a target with https, wss and an authority of its own is validated over TLS',
  { timeout: 90_000 },
  async () => {
    const environment = `tls-${randomBytes(4).toString('hex')}`;
    const file = join(process.cwd(), `.env.${environment}`);
    const out = mkdtempSync(join(tmpdir(), 'stagegate-tls-'));
    let pid = 0;
    const words = ['backend', '--tls', '--time-scale', '0.1', '--write-env', file];
    const server = runStagegate(undefined, words, (started) => (pid = started));
    try {
      for (let tries = 0; tries < START_TRIES && !existsSync(file); tries += 1) await sleep(100);
      expect(readFileSync(file, 'utf8')).toMatch(/^BACKEND_URL=https:[^]*^CA_FILE=.+ca\.pem$/m);

      const { code, output } = await runStagegate(undefined, ['run', '--env', environment, '--out', out]);

      expect(code, output).toBe(0);
      const { preflight, target } = readRecord(join(out, 'latest'));
      expect(target.websocketUrl).toMatch(/^wss:/);
      expect(preflight.find(({ rung }) => rung === 'transport')).toMatchObject({
        state: 'held',
        actual: expect.stringMatching(/: 90 days left/),
      });
    } finally {
      process.kill(pid, 'SIGTERM');
      await server;
      rmSync(file, { force: true });
      rmSync(out, { recursive: true });
    }
  },
);
