import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type BackendOptions, startBackend } from './embedded-backend.ts';

const options: BackendOptions = {
  root: join(import.meta.dirname, '../../..'),
  faults: [],
  seed: 7,
  timeScale: 0.1,
};

describe('embedded backend', () => {
  test('refuses a fault that it does not know as a mistake of the command line', async () => {
    await expect(startBackend({ ...options, faults: ['no-such-fault'] })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('no-such-fault'),
      next: expect.stringContaining('--list-faults'),
    });
  });

  test('is told its revision and its keys, shows the keys nowhere, and ends with its scope', async () => {
    const server = await startBackend(options);
    try {
      const words = readFileSync(`/proc/${server.pid}/cmdline`, 'utf8');
      const reported = await fetch(`${server.backendUrl}/api/system/info`).then(async (answer) =>
        answer.text(),
      );

      expect(reported).toContain(server.revision);
      expect(server.endedBy()).toBeNull();
      for (const key of [server.jwtSecretKey, server.bypassKey]) {
        expect(words).not.toContain(key.reveal());
        expect(JSON.stringify(server)).not.toContain(key.reveal());
      }
    } finally {
      await server[Symbol.asyncDispose]();
    }

    expect(server.endedBy()).toMatch(/^(?:signal SIGTERM|exit code 0)$/);
    await server[Symbol.asyncDispose]();
  });
});
