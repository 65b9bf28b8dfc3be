import { closest } from 'fastest-levenshtein';
import { printable } from '../foundation/printable.ts';
import {
  RETIRED_NAMES,
  reasonWithoutEffect,
  refusalOfCredential,
  refusalOfSwitch,
} from './retired-setting.ts';
import type { Setting } from './setting.ts';
import { SETTING_LIST } from './setting-catalogue.ts';
import type { SettingProblem } from './setting-problem.ts';

const OWNERS: ReadonlyMap<string, Setting> = new Map(
  SETTING_LIST.flatMap((setting) =>
    [setting.name, ...setting.aliases].map((name) => [name, setting] as const),
  ),
);
const KNOWN_NAMES: readonly string[] = [...OWNERS.keys()];
const MAX_NAME = 80;

/** What is to be said about a name that was found. */
interface NameJudgement {
  readonly problem: SettingProblem | null;
  readonly warning: string | null;
}

/** Returns the setting that a canonical name or an alias belongs to. */
export function ownerOf(name: string): Setting | undefined {
  return OWNERS.get(name);
}

/** True for a name of the original harness that is refused or has no effect. */
export function isRetiredName(name: string): boolean {
  return refusalOfSwitch(name) !== null || RETIRED_NAMES.includes(name);
}

/** True when the value of a name may be a secret, whoever uses it. */
export function isSensitiveName(name: string): boolean {
  const isCredential = OWNERS.get(name)?.kind === 'secret' || refusalOfCredential(name) !== null;
  return isCredential || /(?:KEY|SECRET|TOKEN|PASSWORD)$/.test(name);
}

/** Judges a name: known ones pass, refused and unknown ones are a problem, those without effect a warning. */
export function judgeName(name: string, origin: string): NameJudgement {
  if (OWNERS.has(name)) return { problem: null, warning: null };
  const setting = printable(name, MAX_NAME);
  const refusal = refusalOfSwitch(name) ?? refusalOfCredential(name);
  if (refusal !== null) {
    const expected = `no such setting: ${refusal.reason}`;
    return { problem: { setting, expected, got: 'a value', origin, next: refusal.next }, warning: null };
  }
  const reason = reasonWithoutEffect(name);
  if (reason !== null) {
    return { problem: null, warning: `${setting} (${origin}) has no effect: ${reason}` };
  }
  const next = `The nearest known one is ${nearest(name)}; rename or remove it.`;
  return {
    problem: { setting, expected: 'a known setting', got: 'an unknown name', origin, next },
    warning: null,
  };
}

function nearest(name: string): string {
  // A stray prefix must not outweigh the rest of the name.
  const bare = name.replace(/^STAGING_/, '');
  const known = OWNERS.has(bare) ? bare : closest(name.slice(0, MAX_NAME), KNOWN_NAMES);
  const owner = OWNERS.get(known);
  return owner === undefined || owner.name === known
    ? known
    : `${owner.name} (${known} is an old name of it)`;
}
