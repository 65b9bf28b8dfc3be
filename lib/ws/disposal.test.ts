import { spawn } from 'node:child_process';
import { describe, expect, test } from 'vitest';

/** Runs the disposal program and returns its exit code; null when it had to be killed. */
async function exitOf(name: 'connection' | 'http'): Promise<number | null> {
  const program = ['lib/cli/launch/run-typescript.mjs', 'lib/ws/testing/disposal-program.ts', name];
  const child = spawn(process.execPath, program, { stdio: ['ignore', 'ignore', 'inherit'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  clearTimeout(timer);
  return code;
}

describe('disposal', () => {
  test('lets the process exit by itself after a connection was disposed', async () => {
    expect(await exitOf('connection')).toBe(0);
  });

  test('lets the process exit by itself after a censored handshake and a disposed HTTP client', async () => {
    expect(await exitOf('http')).toBe(0);
  });
});
