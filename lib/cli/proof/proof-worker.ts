import { z } from 'zod';
import { describeError, HarnessError } from '../../foundation/errors.ts';
import { ExitCode } from '../../gate/exit-code.ts';
import { randomKey } from '../../foundation/random.ts';
import { run } from '../commands/run.ts';
import type { Invocation } from '../launch/invocation.ts';
import { prepareTarget } from '../target/target.ts';
import { textsWithTokens } from './token-search.ts';

/** One run that a worker is asked for. */
export const proofJobSchema = z.strictObject({
  /** Flags of `run`; `fault` only where several are on, whose firings nobody asks for. */
  flags: z.record(z.string(), z.union([z.string(), z.boolean(), z.array(z.string()).readonly()])),
  fault: z.string().nullable(),
  /** Settings of a target of its own, instead of the embedded backend. */
  settings: z.record(z.string(), z.string()).readonly().nullable(),
  /** Settings of the run, as the process environment would hold them. */
  runSettings: z.record(z.string(), z.string()).readonly().optional(),
  /** Folder in which no part of a token may stand once the run has ended; without it nobody looks. */
  searched: z.string().optional(),
});
export type ProofJob = z.infer<typeof proofJobSchema>;

export const proofReplySchema = z.strictObject({
  exitCode: z.int(),
  output: z.string(),
  /** How often the fault fired; null when none was on or its counter could not be read. */
  firings: z.int().nullable(),
  /** The same for every fault that was on. */
  counts: z.record(z.string(), z.int()).nullable(),
  /** Names of files, and `console`, in which eight characters of a token stand in a row that the target received. */
  tokensIn: z.array(z.string()).readonly(),
});
export type ProofReply = z.infer<typeof proofReplySchema>;

/** What every run of a worker shares. */
type WorkerBase = Omit<Invocation, 'command' | 'flags' | 'positionals' | 'earlySignal'>;

/** Runs the jobs that come over the channel to the parent, one after the other, and ends with it. */
export function serveProofs(base: WorkerBase): void {
  let turn = Promise.resolve();
  process.on('message', (message) => {
    turn = turn.then(async () => {
      const reply = await prove(base, proofJobSchema.parse(message));
      process.send?.(reply);
    });
  });
  // The parent is gone, however it died: nobody waits for an answer.
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
}

async function prove(base: WorkerBase, job: ProofJob): Promise<ProofReply> {
  let output = '';
  let firings: number | null = null;
  let counts: ReadonlyMap<string, number> | null = null;
  let tokens: readonly string[] = [];
  const invocation: Invocation = {
    ...base,
    command: 'run',
    positionals: [],
    flags: { ...job.flags, ...(job.fault === null ? {} : { fault: [job.fault] }) },
    earlySignal: () => null,
    embedding: {
      print(text) {
        output += text;
      },
      async prepareTarget(options) {
        const target = await prepareTarget({
          ...options,
          ...(job.settings === null ? {} : { settingsText: settingsText(job.settings) }),
          ...(job.runSettings === undefined ? {} : { runSettings: job.runSettings }),
        });
        return {
          ...target,
          async [Symbol.asyncDispose]() {
            // The last moment at which the run is over and the backend still answers.
            counts = (await target.backend?.firings().catch(() => null)) ?? null;
            firings = counts?.get(job.fault?.split('=')[0] ?? '') ?? null;
            if (job.searched !== undefined) tokens = (await target.backend?.receivedTokens()) ?? [];
            await target[Symbol.asyncDispose]();
          },
        };
      },
    },
  };
  const reply = (exitCode: number): ProofReply => ({
    exitCode,
    output,
    firings,
    counts: counts === null ? null : Object.fromEntries(counts),
    tokensIn: job.searched === undefined ? [] : textsWithTokens(job.searched, output, tokens),
  });
  try {
    return reply(await run(invocation));
  } catch (error) {
    const isRefusal =
      error instanceof HarnessError && (error.code === 'USAGE' || error.code === 'CONFIG_INVALID');
    output += `${describeError(error)}\n`;
    return reply(isRefusal ? ExitCode.Usage : ExitCode.HarnessFault);
  }
}

/** Settings as a file would hold them; the key is made for this run and opens nothing. */
function settingsText(settings: Readonly<Record<string, string>>): string {
  const lines = Object.entries({ ...settings, E2E_OAUTH_SIMULATION_KEY: randomKey(24) });
  return lines.map(([name, value]) => `${name}=${value}\n`).join('');
}
