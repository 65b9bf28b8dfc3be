import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A running load server; disposing it ends the process. */
export interface LoadServer extends Disposable {
  /** `ws://127.0.0.1:<port>` without a path. */
  readonly origin: string;
  /** How the two processes are placed on the cores, for the output. */
  readonly placement: string;
}

/** Starts the load server in a process of its own, on the second core when `taskset` exists, and pins us to the first. */
export async function startLoadServer(): Promise<LoadServer> {
  const canPin = spawnSync('taskset', ['-c', '1', 'true']).status === 0;
  const node = [process.execPath, 'lib/cli/launch/run-typescript.mjs', 'bench/load-server.ts'];
  const [command = process.execPath, ...args] = canPin ? ['taskset', '-c', '1', ...node] : node;
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout);
  const port = await new Promise<number>((resolve, reject) => {
    lines.once('line', (line) => resolve(Number(line)));
    child.once('exit', (code) => reject(new Error(`expected the port of the load server, got exit ${code}`)));
  });
  if (canPin) execFileSync('taskset', ['-apc', '0', String(process.pid)]);
  return {
    origin: `ws://127.0.0.1:${port}`,
    placement: canPin ? 'client on core 0, server on core 1 (taskset)' : 'not pinned: taskset is missing',
    [Symbol.dispose]: () => {
      lines.close();
      child.stdin.end();
    },
  };
}
