import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { HarnessError } from '../../foundation/errors.ts';
import { type ProofJob, type ProofReply, proofReplySchema } from './proof-worker.ts';

/** Longer than any run of a proof takes: what exceeds it hangs. */
const JOB_BUDGET_MS = 120_000;

/** A worker process for proofs. One that hangs or dies is replaced for the next job, and its job fails. */
export class ProofProcess implements Disposable {
  readonly #root: string;
  readonly #budgetMs: number;
  #child: ChildProcess | null = null;

  constructor(root: string, budgetMs = JOB_BUDGET_MS) {
    this.#root = root;
    this.#budgetMs = budgetMs;
  }

  /** Runs one job. @throws {HarnessError} `WORKER_DIED` or `DEADLINE_EXCEEDED`. */
  async ask(job: ProofJob): Promise<ProofReply> {
    const child = this.#child ?? this.#start();
    let timer: NodeJS.Timeout | undefined;
    let complaint = '';
    const listen = (chunk: Buffer): void => {
      complaint = (complaint + chunk.toString('utf8')).slice(-2_000);
    };
    child.stderr?.on('data', listen);
    let onMessage: (message: unknown) => void = () => {};
    let onExit: (code: number | null, signal: string | null) => void = () => {};
    try {
      return await new Promise<ProofReply>((resolve, reject) => {
        onMessage = (message) => resolve(proofReplySchema.parse(message));
        onExit = (code, signal) => {
          const end = `${code ?? signal ?? '?'}${complaint === '' ? '' : `: ${complaint}`}`;
          reject(new HarnessError('WORKER_DIED', `expected an answer of the worker, got its end: ${end}`));
        };
        timer = setTimeout(
          () =>
            reject(
              new HarnessError(
                'DEADLINE_EXCEEDED',
                `expected the run of a proof to end within ${this.#budgetMs} ms, got none`,
              ),
            ),
          this.#budgetMs,
        );
        child.once('message', onMessage);
        child.once('exit', onExit);
        child.send(job);
      });
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    } finally {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      child.stderr?.off('data', listen);
    }
  }

  /** Ends the worker and, with it, its test runner and its backend, which do not outlive their parent. */
  [Symbol.dispose](): void {
    this.#child?.kill('SIGKILL');
    this.#child = null;
  }

  #start(): ChildProcess {
    const child = fork(join(this.#root, 'lib/cli/proof/proof-worker.mjs'), [], {
      cwd: this.#root,
      // Ctrl-C is for the parent, which ends its workers itself.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
    });
    child.stderr?.resume();
    this.#child = child;
    return child;
  }
}
