import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { z } from 'zod';
import { HarnessError } from '../../foundation/errors.ts';
import { contentHash } from '../../foundation/canonical-json.ts';
import { randomBase64Url } from '../../foundation/random.ts';
import { Secret } from '../../foundation/secret.ts';
import { backendRefusal, messageOf } from './backend-refusal.ts';

/** The reference backend, from the project's root. */
export const BACKEND_FILE = 'fixtures/reference-backend/main.ts';
const START_BUDGET_MS = 15_000;
const STOP_BUDGET_MS = 2_000;
const CONTROL_BUDGET_MS = 5_000;

const readySchema = z.looseObject({
  event: z.literal('ready'),
  backendUrl: z.string(),
  authServiceUrl: z.string(),
  websocketUrl: z.string(),
  controlUrl: z.string(),
  caFile: z.string().nullable(),
  productionTwin: z
    .looseObject({ backendUrl: z.string(), authServiceUrl: z.string() })
    .nullable()
    .default(null),
  environment: z.string(),
  revision: z.string(),
  timeScale: z.number(),
  pid: z.number(),
});

export interface BackendOptions {
  readonly root: string;
  /** Its bundle. Default: the child looks for it. */
  readonly program?: string | undefined;
  readonly faults: readonly string[];
  readonly seed: number;
  readonly timeScale: number;
  readonly port?: number;
  readonly authPort?: number;
  readonly as?: string;
  readonly tls?: boolean;
  /** Default false. */
  readonly withProductionTwin?: boolean;
}

/** The reference backend as a child process. Its keys are made here, live in memory and in its environment only. */
export interface EmbeddedBackend extends AsyncDisposable {
  readonly backendUrl: string;
  readonly authServiceUrl: string;
  readonly websocketUrl: string;
  /** Certificate of its authority; null when its transport is plain. */
  readonly caFile: string | null;
  readonly environment: string;
  readonly productionTwin: { readonly backendUrl: string; readonly authServiceUrl: string } | null;
  /** The revision that the launcher told it to be: what must be deployed, not what it reports (design.md §13.4). */
  readonly revision: string;
  readonly timeScale: number;
  readonly jwtSecretKey: Secret;
  readonly bypassKey: Secret;
  readonly pid: number;
  /** Resolves when the process has ended. */
  readonly exited: Promise<number | null>;
  /** How it ended, as in `signal SIGKILL`; null while it runs. */
  endedBy(): string | null;
  /** How often each fault that is on has changed something, by name. @throws when the control endpoint does not answer. */
  firings(): Promise<ReadonlyMap<string, number>>;
  /** Every token that came in, for whoever looks for traces of one. @throws when the control endpoint does not answer. */
  receivedTokens(): Promise<readonly string[]>;
}

/** The same in every run, so that the shards of a local run stand on one revision. */
const EMBEDDED_REVISION = contentHash({ program: 'reference-backend' }).slice(0, 40);
const firingsSchema = z.array(z.looseObject({ name: z.string(), firings: z.number() }));

/**
 * Starts the reference backend on free ports. It ends with this process, however that dies.
 * @throws {HarnessError} `USAGE` for a fault it does not know, `BACKEND_START_FAILED` otherwise.
 */
export async function startBackend(options: BackendOptions): Promise<EmbeddedBackend> {
  const jwtSecretKey = new Secret('JWT_SECRET_KEY', randomBase64Url(48));
  const bypassKey = new Secret('E2E_OAUTH_SIMULATION_KEY', randomBase64Url(32));
  const controlKey = new Secret('CONTROL_KEY', randomBase64Url(32));
  const child = spawn(
    process.execPath,
    [
      ...(options.program === undefined
        ? [join(options.root, 'lib/cli/launch/run-typescript.mjs'), BACKEND_FILE]
        : [options.program]),
      '--exit-with-parent',
      ...[
        '--seed',
        String(options.seed),
        '--time-scale',
        String(options.timeScale),
        '--revision',
        EMBEDDED_REVISION,
      ],
      ...(options.port === undefined ? [] : ['--port', String(options.port)]),
      ...(options.authPort === undefined ? [] : ['--auth-port', String(options.authPort)]),
      ...(options.as === undefined ? [] : ['--as', options.as]),
      ...(options.tls === true ? ['--tls'] : []),
      ...(options.withProductionTwin === true ? ['--production-twin'] : []),
      ...options.faults.flatMap((fault) => ['--fault', fault]),
    ],
    {
      cwd: options.root,
      stdio: ['pipe', 'pipe', 'pipe'],
      // Its own group: Ctrl-C in the terminal is for us, we stop the backend once the records are written.
      detached: true,
      env: {
        PATH: process.env['PATH'],
        JWT_SECRET_KEY: jwtSecretKey.reveal(),
        E2E_OAUTH_SIMULATION_KEY: bypassKey.reveal(),
        CONTROL_KEY: controlKey.reveal(),
      },
    },
  );
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const ready = await firstLine(child, options);
  const asked = async (what: 'faults' | 'tokens'): Promise<unknown> => {
    const response = await fetch(`${ready.controlUrl}/${what}`, {
      headers: { 'X-Control-Key': controlKey.reveal() },
      signal: AbortSignal.timeout(CONTROL_BUDGET_MS),
    });
    return response.json();
  };
  return {
    ...ready,
    revision: EMBEDDED_REVISION,
    jwtSecretKey,
    bypassKey,
    pid: child.pid ?? -1,
    exited,
    endedBy: () => {
      if (child.signalCode !== null) return `signal ${child.signalCode}`;
      return child.exitCode === null ? null : `exit code ${child.exitCode}`;
    },
    async firings() {
      const active = firingsSchema.parse(await asked('faults'));
      return new Map(active.map(({ name, firings }) => [name, firings]));
    },
    receivedTokens: async () => z.array(z.string()).parse(await asked('tokens')),
    async [Symbol.asyncDispose]() {
      await stop(child, exited);
    },
  };
}

async function firstLine(child: ChildProcess, options: BackendOptions): Promise<z.infer<typeof readySchema>> {
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString('utf8')).slice(-4_000);
  });
  const { stdout } = child;
  if (stdout === null) throw new TypeError('expected a pipe from the reference backend');
  const lines = createInterface({ input: stdout });
  const timer = setTimeout(() => child.kill('SIGKILL'), START_BUDGET_MS);
  try {
    const line = await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve);
      child.once('error', reject);
      child.once('close', (code, signal) => reject(startFailure({ code, signal, complaint }, options)));
    });
    // Whatever it says later is drained, so that a full pipe never stalls it.
    stdout.resume();
    return readySchema.parse(JSON.parse(line));
  } catch (error) {
    child.kill('SIGKILL');
    if (error instanceof HarnessError) throw error;
    throw new HarnessError(
      'BACKEND_START_FAILED',
      'expected the ready line of the reference backend, got another one',
      {
        cause: error,
      },
    );
  } finally {
    clearTimeout(timer);
  }
}

interface StartFailure {
  readonly code: number | null;
  readonly signal: string | null;
  /** What it wrote on its standard error. */
  readonly complaint: string;
}

function startFailure({ code, signal, complaint }: StartFailure, options: BackendOptions): HarnessError {
  if (code === 64) return backendRefusal(options.root, options.faults, complaint);
  const text = messageOf(complaint);
  if (/\bEADDRINUSE\b|\bEACCES\b/.test(text)) {
    return new HarnessError('USAGE', `expected --port and --auth-port to be free, got: ${text}`, {
      next: 'Name other ports, or leave both out for any free ones.',
    });
  }
  return new HarnessError(
    'BACKEND_START_FAILED',
    `expected the reference backend to be ready within ${START_BUDGET_MS} ms, got exit ${code ?? signal ?? '?'}: ${text}`,
  );
}

async function stop(child: ChildProcess, exited: Promise<number | null>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_BUDGET_MS);
  await exited;
  clearTimeout(timer);
}
