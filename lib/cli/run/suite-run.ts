import { readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Reporter, TestCase, TestModule, TestSequencer, TestSpecification, Vitest } from 'vitest/node';
import type * as VitestNode from 'vitest/node';
import { handOverFindings } from '../../config/preflight-handover.ts';
import type { PreflightFindings, RunContext } from '../../config/run-context.ts';
import { describeError, HarnessError } from '../../foundation/errors.ts';
import { hookFaults, type HookError, type HookFailure, isUnwritable } from './hook-fault.ts';
import type { PlannedCheck } from '../../evidence/plan.ts';
import { createRandom } from '../../foundation/random.ts';
import type { BundleTypeScript } from '../launch/invocation.ts';
import { keepSignals } from '../launch/signal-guard.ts';

/** What the test runner said that result lines cannot say: everything here voids the run. */
export interface SuiteOutcome {
  readonly faults: readonly HarnessError[];
}

export interface SuiteOptions {
  readonly root: string;
  readonly importVitest: () => Promise<typeof VitestNode>;
  readonly bundleTypeScript: BundleTypeScript;
  /** `collect` declares checks without running any: a test that is no check is then not looked for. */
  readonly mode: RunContext['mode'];
  readonly plan: readonly PlannedCheck[];
  /** Spec files to run. */
  readonly files: readonly string[];
  readonly seed: number;
  readonly shuffle: boolean;
}

export interface SuiteRunOptions {
  readonly context: RunContext;
  /** Climbs the ladder while the worker starts, which waits for the findings before its first check. */
  readonly preflight: () => Promise<PreflightFindings>;
  /** Called when a spec file starts and when it ended. */
  readonly onModule: (file: string, state: 'started' | 'ended') => void;
  /** Ends the run early. */
  readonly signal: AbortSignal;
}

/** Grace for a cancelled run to settle its checks before it is given up. */
const CANCEL_BUDGET_MS = 5_000;
/** For the end of the test runner, once all that the run needs of it is there. */
const CLOSE_BUDGET_MS = 5_000;

/**
 * Runs specs in one worker process, phase after phase, checks inside a file at once. The test runner is set up from the
 * start, while the target is still being prepared; dispose it on every path.
 * Neither vitest's exit code nor its totals are read: only what can go wrong around the checks.
 */
export class SuiteRunner implements AsyncDisposable {
  readonly #vitest: Promise<Vitest>;
  readonly #faults: HarnessError[] = [];
  readonly #hookFailures: HookFailure[] = [];
  readonly #releaseSignals: () => void;
  #onModule: SuiteRunOptions['onModule'] = () => {};
  #onStart: () => void = () => {};
  #onUnwritable: () => void = () => {};
  #closing: Promise<void> | null = null;

  constructor(options: SuiteOptions) {
    this.#releaseSignals = keepSignals();
    this.#vitest = prepare(options, this.#reporter(options));
    // Told to whoever runs the suites; until then it is nobody's unhandled error.
    this.#vitest.catch(() => {});
  }

  /** Runs the suites once. @throws what `preflight` threw: without the ladder no check begins. */
  async run(options: SuiteRunOptions): Promise<SuiteOutcome> {
    const vitest = await this.#vitest;
    this.#onModule = options.onModule;
    const begun = new Promise<void>((resolve) => {
      this.#onStart = resolve;
    });
    const unreachable = new AbortController();
    this.#onUnwritable = () => unreachable.abort();
    vitest.provide('stagegate', options.context);
    const running = this.#runUntilAborted(vitest, AbortSignal.any([options.signal, unreachable.signal]));
    // The worker first: it takes longer to start than the ladder to climb.
    await Promise.race([begun, running]);
    const failure = await climb(options, unreachable);
    await running;
    this.#closing = vitest.close();
    // The end of a worker that has told everything is not waited for; one that was given up may still write.
    if (options.signal.aborted || unreachable.signal.aborted) await this.#closing;
    // What the worker says about a ladder that was not climbed is an echo of this.
    if (failure !== null) throw failure.error;
    return { faults: [...this.#faults, ...hookFaults(this.#hookFailures)] };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const tooLate = new AbortController();
    try {
      // A runner whose worker died while it started waits for that worker without end.
      await Promise.race([
        this.#closing ?? this.#vitest.then(async (vitest) => vitest.close()),
        sleep(CLOSE_BUDGET_MS, null, { signal: tooLate.signal }).catch(() => {}),
      ]);
    } catch (error) {
      // Without a test runner there is nothing to close: `run` has told why.
      if (this.#closing !== null) throw error;
    } finally {
      tooLate.abort();
      this.#releaseSignals();
    }
  }

  async #runUntilAborted(vitest: Vitest, signal: AbortSignal): Promise<void> {
    let giveUp: NodeJS.Timeout | undefined;
    const over = new AbortController();
    const { exitCode } = process;
    const aborted = new Promise<'aborted'>((resolve) => {
      const onAbort = (): void => {
        void vitest.cancelCurrentRun('keyboard-input');
        giveUp = setTimeout(() => resolve('aborted'), CANCEL_BUDGET_MS);
      };
      if (signal.aborted) onAbort();
      signal.addEventListener('abort', onAbort, { once: true, signal: over.signal });
    });
    try {
      const ended = await Promise.race([vitest.start(), aborted]);
      if (ended === 'aborted') return;
      // Ctrl-C reaches the worker as well: after an interrupt its end is no fault.
      if (signal.aborted) return;
      for (const error of new Set(ended.unhandledErrors)) this.#faults.push(unhandled(error));
    } catch (error) {
      if (signal.aborted) return;
      this.#faults.push(
        new HarnessError(
          'RUNNER_FAILED',
          `the test runner could not run the suites: ${describeError(error)}`,
          {
            cause: error,
          },
        ),
      );
    } finally {
      // What ends later, such as the embedded backend, ends no suite: its timer would keep this process for 5 s.
      over.abort();
      clearTimeout(giveUp);
      // A failed check makes vitest set an exit code of its own; ours is derived from the decision only.
      process.exitCode = exitCode;
    }
  }

  #reporter({ mode, plan }: SuiteOptions): Reporter {
    const hookFailed = (where: string, error: HookError): void => {
      this.#hookFailures.push({ where, error });
      // Nothing that is seen from now on can be kept: the run ends instead of asking it.
      if (isUnwritable(error)) this.#onUnwritable();
    };
    const file = (module: TestModule): string => module.relativeModuleId.replaceAll('\\', '/');
    const reportStray = (test: TestCase, where: string): void => {
      if (mode === 'collect') return;
      const id = test.name.split(' ')[0] ?? '';
      if (plan.some((check) => check.id === id)) return;
      hookFailed(where, { message: `'${test.name}' is a test without a check of the plan` });
    };
    return {
      onTestRunStart: () => this.#onStart(),
      onTestModuleStart: (module) => {
        this.#onModule(file(module), 'started');
      },
      onTestCaseResult: (test) => {
        // A verdict is read from what the worker wrote; this is the one thing that it cannot write.
        for (const error of test.result().errors ?? []) {
          if (isUnwritable(error)) hookFailed(file(test.module), error);
        }
      },
      onTestModuleEnd: (module) => {
        for (const error of module.errors()) hookFailed(file(module), error);
        for (const suite of module.children.allSuites()) {
          for (const error of suite.errors()) hookFailed(`${file(module)} > ${suite.fullName}`, error);
        }
        for (const test of module.children.allTests()) reportStray(test, file(module));
        this.#onModule(file(module), 'ended');
      },
    };
  }
}

/** Climbs the ladder and hands its findings to the worker, which waits for them; returns what went wrong instead. */
async function climb(
  { preflight, context }: SuiteRunOptions,
  unreachable: AbortController,
): Promise<{ readonly error: unknown } | null> {
  try {
    handOverFindings(context.workFolder, await preflight());
    return null;
  } catch (error) {
    try {
      handOverFindings(context.workFolder, null);
    } catch {
      // A full disk: the worker cannot be told, so it is ended.
      unreachable.abort();
    }
    return { error };
  }
}

async function prepare(options: SuiteOptions, reporter: Reporter): Promise<Vitest> {
  const [vitestNode, harness] = await Promise.all([
    options.importVitest(),
    options.bundleTypeScript(harnessModules(options.root), { together: true }),
  ]);
  return vitestNode.createVitest(
    'test',
    {
      root: options.root,
      config: false,
      watch: false,
      include: [...options.files],
      pool: 'forks',
      isolate: false,
      fileParallelism: false,
      maxWorkers: 1,
      maxConcurrency: 10_000,
      reporters: [reporter],
      sequence: {
        sequencer: sequencerOf(options),
        hooks: 'list',
        shuffle: { files: false, tests: options.shuffle },
        seed: options.seed,
      },
      setupFiles: [join(options.root, SETUP_FILE)],
      allowOnly: false,
      passWithNoTests: false,
      dangerouslyIgnoreUnhandledErrors: false,
      retry: 0,
      bail: 0,
      cache: false,
      coverage: { enabled: false },
      typecheck: { enabled: false },
      teardownTimeout: 2_000,
    },
    {
      plugins: [bundledHarness(options.root, harness)],
      envDir: false,
      logLevel: 'silent',
      clearScreen: false,
      cacheDir: 'node_modules/.cache/vite',
    },
  );
}

/** Runs by itself before each spec, so it must not be a part of what every spec imports. */
const SETUP_FILE = 'lib/harness/preflight-wait.ts';

/** The modules that suites may import. */
export function harnessModules(root: string): readonly string[] {
  return readdirSync(join(root, 'lib/harness'))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => `lib/harness/${name}`)
    .filter((file) => file !== SETUP_FILE);
}

type ViteConfig = NonNullable<Parameters<typeof VitestNode.createVitest>[2]>;
type VitePlugin = Extract<NonNullable<ViteConfig['plugins']>[number], { readonly name: string }>;

/** Lets specs import the harness as one bundle: transforming some 150 modules one by one would take half of a run. */
function bundledHarness(root: string, bundles: ReadonlyMap<string, string>): VitePlugin {
  return {
    name: 'stagegate-harness',
    enforce: 'pre',
    resolveId(source, importer) {
      if (importer === undefined || !source.startsWith('.')) return null;
      const file = relative(root, resolve(dirname(importer), source)).replaceAll('\\', '/');
      const bundle = bundles.get(file);
      return bundle === undefined ? null : { id: bundle, external: true };
    },
  };
}

/** Spec files of the selected checks, in plan order. */
export function filesOf(plan: readonly PlannedCheck[], selected: readonly string[]): readonly string[] {
  return [...new Set(plan.filter(({ id }) => selected.includes(id)).map(({ file }) => file))];
}

function unhandled(error: unknown): HarnessError {
  const text = describeError(error);
  if (/vitest-pool|worker (?:exited|terminated)|closed unexpectedly/i.test(text)) {
    return new HarnessError('WORKER_DIED', `a worker process died: ${text}`, {
      next: 'Checks that it had not finished are not-run; what it had recorded is kept.',
    });
  }
  return new HarnessError('UNHANDLED_ERROR', `an error nobody handled, beside the checks: ${text}`, {
    next: 'This is a fault of a check or of the harness, not of the target.',
  });
}

function sequencerOf({ plan, files, seed, shuffle }: SuiteOptions): new (vitest: Vitest) => TestSequencer {
  const phaseOf = new Map(plan.map(({ file, phase }) => [file, phase]));
  const order = shuffle ? createRandom(seed).shuffle(files) : files;
  return class PhaseSequencer implements TestSequencer {
    async sort(specs: TestSpecification[]): Promise<TestSpecification[]> {
      const place = (spec: TestSpecification): number => {
        const at = order.findIndex((file) => spec.moduleId.endsWith(`/${file}`));
        return (phaseOf.get(order[at] ?? '') ?? 99) * 10_000 + at;
      };
      return [...specs].sort((a, b) => place(a) - place(b));
    }

    async shard(specs: TestSpecification[]): Promise<TestSpecification[]> {
      return specs;
    }
  };
}
