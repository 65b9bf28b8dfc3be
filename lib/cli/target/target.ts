import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { HarnessError } from '../../foundation/errors.ts';
import { printable } from '../../foundation/printable.ts';
import { secretShape } from '../../foundation/secret-shape.ts';
import { readEnvironmentFile } from '../../config/environment-file.ts';
import { readProcessEnvironment } from '../../config/process-environment.ts';
import { PRODUCTION_GUARD } from '../../config/production-guard.ts';
import { describeProblem, type SettingProblem } from '../../config/setting-problem.ts';
import type { ResolvedSetting } from '../../config/setting-reader.ts';
import { resolveSettings, type Settings } from '../../config/settings.ts';
import type { BundleTypeScript } from '../launch/invocation.ts';
import { BACKEND_FILE, type EmbeddedBackend, startBackend } from './embedded-backend.ts';

/** A target ready to be validated: its settings, and the embedded backend when it is ours. */
export interface Target extends AsyncDisposable {
  readonly settings: Settings;
  readonly report: readonly ResolvedSetting[];
  readonly warnings: readonly string[];
  readonly backend: EmbeddedBackend | null;
  readonly caPem: string | null;
}

export interface TargetOptions {
  readonly root: string;
  readonly environment: string;
  readonly faults: readonly string[];
  readonly seed: number;
  readonly timeScale: number;
  readonly expectRevision: string | null;
  /** Settings of the environment as text, where no file holds them. Default: `.env.NAME`. */
  readonly settingsText?: string;
  /** Settings of the run that stand in for those of the process environment. */
  readonly runSettings?: Readonly<Record<string, string>>;
  /** Finds the program of the embedded backend. Default: its process looks for it itself, which takes a tenth of its start. */
  readonly bundleTypeScript?: BundleTypeScript;
}

/**
 * Resolves the settings of an environment, starting the embedded backend for `local`. No packet is sent to a target.
 * @throws {HarnessError} `CONFIG_INVALID` with every problem at once, `USAGE` for an unknown fault, `BACKEND_START_FAILED`.
 */
export async function prepareTarget(options: TargetOptions): Promise<Target> {
  const backend = options.environment === 'local' ? await startEmbedded(options) : null;
  try {
    const result = resolved(options, backend);
    return {
      settings: result.settings,
      report: result.report,
      warnings: result.warnings,
      backend,
      caPem: readCa(options.root, result.settings.caFile),
      async [Symbol.asyncDispose]() {
        await backend?.[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await backend?.[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * Holds the settings of an environment that is not ours to their form, as a run would, and starts nothing.
 * @throws {HarnessError} `CONFIG_INVALID` with every problem at once.
 */
export function checkSettings(options: TargetOptions): void {
  if (options.environment === 'local') return;
  readCa(options.root, resolved(options, null).settings.caFile);
}

function resolved(
  options: TargetOptions,
  backend: EmbeddedBackend | null,
): Extract<ReturnType<typeof resolveSettings>, { readonly ok: true }> {
  const file =
    options.settingsText === undefined
      ? readEnvironmentFile(options.environment, options.root)
      : { text: options.settingsText, path: 'the settings of a proof' };
  const result = resolveSettings({
    environment: options.environment,
    fileText: file.text,
    filePath: file.path,
    processEnvironment: { ...readProcessEnvironment(), ...options.runSettings },
    ...(backend === null ? {} : { embedded: backend }),
    ...(options.expectRevision === null ? {} : { expectRevision: options.expectRevision }),
  });
  if (result.ok) return result;
  const lines = result.problems.map((problem) => `  - ${describeProblem(problem)}`);
  throw new HarnessError(
    'CONFIG_INVALID',
    `the settings of ${options.environment} cannot be used (${result.problems.length} problem${result.problems.length === 1 ? '' : 's'}):\n${lines.join('\n')}`,
    {
      details: { problems: result.problems, warnings: result.warnings },
      next: settingsNext(options.environment, file, result.problems),
    },
  );
}

/** What to do first: a file that is missing is copied, a guard that refused asks for another target, a value is corrected. */
function settingsNext(
  environment: string,
  file: { readonly path: string; readonly text: string | null },
  problems: readonly SettingProblem[],
): string {
  if (environment === 'local') {
    return 'Take the named settings out of the process environment and the command line: local brings its own.';
  }
  if (problems.some(({ origin }) => origin === PRODUCTION_GUARD)) {
    return 'Nothing was sent. Validate a staging deployment that the release manager lists in ALLOWED_HOSTS; production is never spoken to.';
  }
  return file.text === null
    ? `Copy .env.staging.example to .env.${environment} and fill it in; it says who issues each value.`
    : `Correct what is named above in ${file.path}; .env.staging.example says what each value is and who issues it.`;
}

async function startEmbedded(options: TargetOptions): Promise<EmbeddedBackend> {
  const programs = await options.bundleTypeScript?.([BACKEND_FILE]);
  return startBackend({ ...options, withProductionTwin: true, program: programs?.get(BACKEND_FILE) });
}

function readCa(root: string, file: string | null): string | null {
  if (file === null) return null;
  const path = resolve(root, file);
  if (!existsSync(path)) {
    throw new HarnessError('CONFIG_INVALID', `expected a certificate file at ${shownPath(file)}, got none`, {
      next: 'Correct CA_FILE: an absolute path, or one from the project folder.',
    });
  }
  return readFileSync(path, 'utf8');
}

/** A text that is no path may be a secret that was put into the wrong setting. */
function shownPath(file: string): string {
  const isPath = /^(?:~|\.{0,2})\/|\.[a-z]{2,8}$/i.test(file) && secretShape(file) === null;
  return isPath ? printable(file, 200) : `the path in CA_FILE (${file.length} characters, not shown)`;
}
