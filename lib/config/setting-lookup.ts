import { printable } from '../foundation/printable.ts';
import { parseEnvironmentFile } from './environment-file.ts';
import type { Setting, SettingOrigin } from './setting.ts';
import { SETTING_LIST } from './setting-catalogue.ts';
import { isRetiredName, isSensitiveName, judgeName, ownerOf } from './setting-name.ts';
import type { SettingProblem } from './setting-problem.ts';

/** The text of a setting as it was found. */
export interface FoundSetting {
  readonly text: string;
  readonly origin: SettingOrigin;
}

interface SettingSources {
  readonly environment: string;
  readonly fileText: string | null;
  readonly processEnvironment: Readonly<Record<string, string | undefined>>;
}

export interface SettingLookup {
  /** By canonical name. */
  readonly found: ReadonlyMap<string, FoundSetting>;
  readonly problems: readonly SettingProblem[];
  readonly warnings: readonly string[];
  /** Every text that may be a secret, used or not, so that no message can show one. */
  readonly sensitive: readonly string[];
}

interface Source {
  readonly origin: 'process environment' | `.env.${string}`;
  readonly values: ReadonlyMap<string, string>;
}

const NAMES_STAGING = /(?:^|_)STAGING(?:_|$)/;

/** Finds every setting: the process environment beats the file, a canonical name beats an alias of the same source. */
export function lookUpSettings(sources: SettingSources): SettingLookup {
  const { environment } = sources;
  const problems: SettingProblem[] = [];
  const warnings: string[] = [];
  const sensitive: string[] = [];
  const file = readFileSource(sources, problems, warnings);
  const process = readProcessSource(sources, problems, warnings);
  for (const source of [process.source, process.ignored, file]) {
    for (const [name, text] of source.values) if (isSensitiveName(name)) sensitive.push(text);
  }
  if (process.ignored.values.size > 0) {
    const names = [...process.ignored.values.keys()].map((name) => printable(name, 80)).join(', ');
    const why =
      environment === 'local' ? 'its target is the embedded backend' : 'they belong to another environment';
    warnings.push(`environment ${environment} ignores ${names} of the process environment: ${why}`);
  }
  const found = new Map<string, FoundSetting>();
  for (const setting of SETTING_LIST) {
    const chosen = choose(setting, process.source, file, problems, warnings);
    if (chosen !== null) found.set(setting.name, chosen);
  }
  return { found, problems, warnings, sensitive };
}

function readFileSource(sources: SettingSources, problems: SettingProblem[], warnings: string[]): Source {
  const origin = `.env.${sources.environment}` as const;
  if (sources.fileText === null) return { origin, values: new Map() };
  if (sources.environment === 'local') {
    warnings.push('environment local does not read .env.local: its target is the embedded backend');
    return { origin, values: new Map() };
  }
  const parsed = parseEnvironmentFile(sources.fileText, origin);
  problems.push(...parsed.problems);
  const values = new Map<string, string>();
  for (const [name, text] of parsed.values) {
    report(name, origin, problems, warnings);
    if (text.trim() !== '') values.set(name, text);
  }
  return { origin, values };
}

function readProcessSource(
  sources: SettingSources,
  problems: SettingProblem[],
  warnings: string[],
): { readonly source: Source; readonly ignored: Source } {
  const origin = 'process environment';
  const values = new Map<string, string>();
  const ignored = new Map<string, string>();
  for (const [name, text] of Object.entries(sources.processEnvironment).sort(([a], [b]) =>
    a < b ? -1 : 1,
  )) {
    if (text === undefined || text.trim() === '') continue;
    if (isIgnored(name, sources.environment)) {
      ignored.set(name, text);
      continue;
    }
    // The process environment is full of names of others: only those that look like ours are judged.
    if (name.startsWith('STAGING_') || isRetiredName(name)) report(name, origin, problems, warnings);
    values.set(name, text);
  }
  return { source: { origin, values }, ignored: { origin, values: ignored } };
}

/** `local` takes only settings of the run; another environment takes nothing that is named after staging. */
function isIgnored(name: string, environment: string): boolean {
  const owner = ownerOf(name);
  if (environment === 'local')
    return name.startsWith('STAGING_') || (owner !== undefined && owner.kind !== 'run');
  return !environment.startsWith('staging') && NAMES_STAGING.test(name);
}

function report(name: string, origin: string, problems: SettingProblem[], warnings: string[]): void {
  const { problem, warning } = judgeName(name, origin);
  if (problem !== null) problems.push(problem);
  if (warning !== null) warnings.push(warning);
}

function choose(
  setting: Setting,
  process: Source,
  file: Source,
  problems: SettingProblem[],
  warnings: string[],
): FoundSetting | null {
  const candidates = [process, file].flatMap((source) =>
    [setting.name, ...setting.aliases].flatMap((name) => {
      const text = source.values.get(name);
      return text === undefined ? [] : [{ name, text, source, isAlias: name !== setting.name }];
    }),
  );
  for (const { name, source, isAlias } of candidates) {
    if (isAlias) warnings.push(`${name} (${source.origin}) is an old name of ${setting.name}: rename it`);
  }
  const [chosen] = candidates;
  if (chosen === undefined) return null;
  // The process environment may override the file. Two names for one thing in one place, or an old name
  // against the canonical one, say nothing about which is meant.
  const rival = candidates.find(
    (other) =>
      other.text !== chosen.text && (other.source === chosen.source || (chosen.isAlias && !other.isAlias)),
  );
  if (rival !== undefined) {
    problems.push({
      setting: setting.name,
      expected: 'one value',
      got: `different values in ${chosen.name} (${chosen.source.origin}) and ${rival.name} (${rival.source.origin})`,
      origin: chosen.source.origin,
      next: `Remove ${rival.isAlias ? rival.name : chosen.name}.`,
    });
  }
  return {
    text: chosen.text,
    origin: chosen.isAlias ? `alias ${chosen.name} (${chosen.source.origin})` : chosen.source.origin,
  };
}
