import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** False where processes cannot be kept on a core of their own; the output then says so. */
export const canPin = spawnSync('taskset', ['-c', '1', 'true']).status === 0;

/** A program of this folder in a process of its own, asked and answering by lines; disposing it ends the process. */
export class BenchProcess implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  /** @param core that it is kept on, where `taskset` exists. */
  constructor(program: string, core: 0 | 1, options: readonly string[] = []) {
    const node = [process.execPath, 'lib/cli/launch/run-typescript.mjs', `bench/${program}.ts`, ...options];
    const [command = process.execPath, ...words] = canPin ? ['taskset', '-c', String(core), ...node] : node;
    this.#child = spawn(command, words, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface(this.#child.stdout)[Symbol.asyncIterator]();
  }

  /** The next line that it writes. @throws {Error} when it ends instead. */
  async line(): Promise<string> {
    const next = await this.#lines.next();
    if (next.done === true) throw new Error('expected an answer of a bench process, got its end');
    return next.value;
  }

  async ask(line: string): Promise<string> {
    this.#child.stdin.write(`${line}\n`);
    return this.line();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.stdin.end();
    await ended;
  }
}
