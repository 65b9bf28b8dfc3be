import { readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { Reporter, TestCase, TestModule, TestSequencer, TestSpecification, Vitest } from 'vitest/node';
import type * as VitestNode from 'vitest/node';
import type { PreflightFindings, RunContext } from '../config/run-context.ts';
import { describeError, HarnessError } from '../foundation/errors.ts';
import { createRandom } from '../foundation/random.ts';
import type { PlannedCheck } from '../evidence/plan.ts';

/** What the test runner said that result lines cannot say: everything here voids the run. */
export interface SuiteOutcome {
  readonly faults: readonly HarnessError[];
}

export interface SuiteRunOptions {
  readonly root: string;
  readonly importVitest: () => Promise<typeof VitestNode>;
  readonly bundleTypeScript: (files: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  readonly context: Omit<RunContext, 'preflight'>;
  /** Climbs the ladder while the test runner is being set up; its findings go to the workers. */
  readonly preflight: () => Promise<PreflightFindings>;
  readonly shuffle: boolean;
  /** Default: the files of the selected checks. */
  readonly files?: readonly string[];
  /** Called when a spec file starts and when it ended. */
  readonly onModule: (file: string, state: 'started' | 'ended') => void;
  /** Ends the run early. */
  readonly signal: AbortSignal;
}

/** Grace for a cancelled run to settle its checks before it is given up. */
const CANCEL_BUDGET_MS = 5_000;

/**
 * Runs the selected specs in one worker process, phase after phase, checks inside a file at once.
 * Neither vitest's exit code nor its totals are read: only what can go wrong around the checks.
 */
export async function runSuites(options: SuiteRunOptions): Promise<SuiteOutcome> {
  const faults: HarnessError[] = [];
  const release = keepSignals();
  const preparing = prepare(options, faults);
  let findings: PreflightFindings;
  try {
    findings = await options.preflight();
  } catch (error) {
    await (await preparing).close();
    release();
    throw error;
  }
  const vitest = await preparing;
  try {
    vitest.provide('stagegate', { ...options.context, preflight: findings });
    await runUntilAborted(vitest, options.signal, faults);
  } finally {
    await vitest.close();
    release();
  }
  return { faults };
}

async function prepare(options: SuiteRunOptions, faults: HarnessError[]): Promise<Vitest> {
  const [vitestNode, harness] = await Promise.all([
    options.importVitest(),
    options.bundleTypeScript(harnessModules(options.root)),
  ]);
  const files = options.files ?? filesOf(options.context.plan, options.context.selected);
  return vitestNode.createVitest(
    'test',
    {
      root: options.root,
      config: false,
      watch: false,
      include: [...files],
      pool: 'forks',
      isolate: false,
      fileParallelism: false,
      maxWorkers: 1,
      maxConcurrency: 10_000,
      reporters: [reporterOf(options, faults)],
      sequence: {
        sequencer: sequencerOf(options, files),
        hooks: 'list',
        shuffle: { files: false, tests: options.shuffle },
        seed: options.context.seed,
      },
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

/** The modules that suites may import. */
function harnessModules(root: string): readonly string[] {
  return readdirSync(join(root, 'lib/harness'))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => `lib/harness/${name}`);
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
function filesOf(plan: readonly PlannedCheck[], selected: readonly string[]): readonly string[] {
  return [...new Set(plan.filter(({ id }) => selected.includes(id)).map(({ file }) => file))];
}

async function runUntilAborted(vitest: Vitest, signal: AbortSignal, faults: HarnessError[]): Promise<void> {
  let giveUp: NodeJS.Timeout | undefined;
  const aborted = new Promise<'aborted'>((resolve) => {
    const onAbort = (): void => {
      void vitest.cancelCurrentRun('keyboard-input');
      giveUp = setTimeout(() => resolve('aborted'), CANCEL_BUDGET_MS);
    };
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    const ended = await Promise.race([vitest.start(), aborted]);
    if (ended === 'aborted') return;
    // Ctrl-C reaches the worker as well: after an interrupt its end is no fault.
    if (signal.aborted) return;
    for (const error of new Set(ended.unhandledErrors)) faults.push(unhandled(error));
  } catch (error) {
    if (signal.aborted) return;
    faults.push(
      new HarnessError('RUNNER_FAILED', `the test runner could not run the suites: ${describeError(error)}`, {
        cause: error,
      }),
    );
  } finally {
    clearTimeout(giveUp);
    // A failed check makes vitest set an exit code of its own; ours is derived from the decision only.
    process.exitCode = undefined;
  }
}

/** Signal listeners of the composition root, which stay when vitest's are removed. */
const KEPT_LISTENERS = new Set<NodeJS.SignalsListener>();

/** Takes away signal listeners of the test runner as it adds them: they would end the process before any report is written. */
function keepSignals(): () => void {
  const guard = (event: string | symbol, listener: NodeJS.SignalsListener): void => {
    if ((event !== 'SIGINT' && event !== 'SIGTERM') || KEPT_LISTENERS.has(listener)) return;
    queueMicrotask(() => process.removeListener(event, listener));
  };
  process.on('newListener', guard);
  return () => void process.removeListener('newListener', guard);
}

/** Registers a signal listener that survives the test runner. */
export function onSignal(name: 'SIGINT' | 'SIGTERM', listener: NodeJS.SignalsListener): () => void {
  KEPT_LISTENERS.add(listener);
  process.on(name, listener);
  return () => {
    KEPT_LISTENERS.delete(listener);
    process.removeListener(name, listener);
  };
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

function reporterOf(options: SuiteRunOptions, faults: HarnessError[]): Reporter {
  const hookFailed = (where: string, error: { readonly message: string }): void => {
    faults.push(
      new HarnessError('HOOK_FAILED', `${where} failed outside every check: ${error.message}`, {
        next: 'Its checks are not-run.',
      }),
    );
  };
  const file = (module: TestModule): string => module.relativeModuleId.replaceAll('\\', '/');
  return {
    onTestModuleStart(module) {
      options.onModule(file(module), 'started');
    },
    onTestModuleEnd(module) {
      for (const error of module.errors()) hookFailed(file(module), error);
      for (const suite of module.children.allSuites()) {
        for (const error of suite.errors()) hookFailed(`${file(module)} > ${suite.fullName}`, error);
      }
      for (const test of module.children.allTests()) reportStray(test, file(module), hookFailed);
      options.onModule(file(module), 'ended');
    },
  };

  function reportStray(test: TestCase, where: string, report: typeof hookFailed): void {
    if (options.context.mode === 'collect') return;
    const id = test.name.split(' ')[0] ?? '';
    if (options.context.plan.some((check) => check.id === id)) return;
    report(where, { message: `'${test.name}' is a test without a check of the plan` });
  }
}

function sequencerOf(
  options: SuiteRunOptions,
  files: readonly string[],
): new (vitest: Vitest) => TestSequencer {
  const phaseOf = new Map(options.context.plan.map(({ file, phase }) => [file, phase]));
  const order = options.shuffle ? createRandom(options.context.seed).shuffle(files) : files;
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
