import type { StopSignal } from '../../foundation/stop-signal.ts';
import type * as VitestNode from 'vitest/node';
import type { PageProgram } from '../../reporting/page/page-data.ts';
import type { Target, TargetOptions } from '../target/target.ts';

/** Bundles modules, apart or together (`typescript.mjs`); returns the file that holds each. */
export type BundleTypeScript = (
  files: readonly string[],
  options?: { readonly together?: boolean },
) => Promise<ReadonlyMap<string, string>>;

/** What the plain JavaScript entry hands over: words already checked, nothing loaded yet. */
export interface Invocation {
  /** The project's folder. */
  readonly root: string;
  readonly command: string;
  readonly flags: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  /** Words that are no flags, where the command takes any. */
  readonly positionals: readonly string[];
  readonly version: string;
  /** A signal that came before anybody listened; null when none did. */
  readonly earlySignal: () => StopSignal | null;
  readonly importVitest: () => Promise<typeof VitestNode>;
  /** Bundles modules of ours into JavaScript; returns the file that holds each. */
  readonly bundleTypeScript: BundleTypeScript;
  /** Bundles the program of the report page. */
  readonly bundlePage: () => Promise<PageProgram>;
  /** Set where a run is one of many in a process of ours: where its text goes, and how its target is made. */
  readonly embedding?: Embedding;
}

/** What a proof changes about a run: nothing that the run can see. */
interface Embedding {
  readonly print: (text: string) => void;
  readonly prepareTarget: (options: TargetOptions) => Promise<Target>;
}

/** Reads a flag that takes one value. */
export function textFlag(invocation: Invocation, name: string): string | null {
  const value = invocation.flags[name];
  return typeof value === 'string' ? value : null;
}

/** Reads a flag that takes a number; the command line has held it to its form. */
export function numberFlag(invocation: Invocation, name: string): number | null {
  const text = textFlag(invocation, name);
  return text === null ? null : Number(text);
}

/** Reads a flag that may be repeated. */
export function listFlag(invocation: Invocation, name: string): readonly string[] {
  const value = invocation.flags[name];
  if (value === undefined || typeof value === 'boolean') return [];
  return typeof value === 'string' ? [value] : value;
}

/** Reads a flag without a value. */
export function hasFlag(invocation: Invocation, name: string): boolean {
  return invocation.flags[name] === true;
}
