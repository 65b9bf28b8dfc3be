import { distance } from 'fastest-levenshtein';
import { printable } from '../foundation/printable.ts';
import { SecretIndex } from '../foundation/redaction.ts';
import { fingerprint, Secret } from '../foundation/secret.ts';
import { isAmbiguousRevision, revisionShape, secretShape } from '../foundation/secret-shape.ts';
import { isPlaceholderSecret } from './placeholder-secret.ts';
import type { Setting, SettingOrigin } from './setting.ts';
import { SETTING_LIST } from './setting-catalogue.ts';
import type { SettingLookup } from './setting-lookup.ts';
import type { SettingProblem } from './setting-problem.ts';

/** One line of the resolved settings as they are printed. */
export interface ResolvedSetting {
  readonly name: string;
  /** Printable; a secret shows as fingerprint and length. */
  readonly value: string;
  readonly origin: SettingOrigin;
}

/** A setting after parsing; `invalid` has been reported already. */
export type Reading<T> =
  { readonly state: 'set'; readonly value: T } | { readonly state: 'unset' | 'invalid' };

const MAX_SHOWN = 160;
/** Characters of a value of a wrong form that may be shown at all, and how far a misspelling may be from what was meant. */
const MAX_HARMLESS = 12;
const MAX_MISSPELLING = 2;
const NUMBER = /^[-+]?[\d.,]{1,10}(?:e[-+]?\d{1,3}|[a-z%]{0,3})$/i;
/** Shorter ones are no secrets (design.md §13.12), and would stand in much that is none. */
const LEAST_SECRET = 16;
/** Longer texts are no keys of ours; registering them would cost more than it protects. */
const MAX_SENSITIVE = 4_096;

/** Parses what was found, collects every problem, and keeps the printable report. */
export class SettingReader {
  readonly #lookup: SettingLookup;
  readonly #place: string;
  readonly #secrets = new SecretIndex();
  readonly #lines = new Map<string, ResolvedSetting>();
  readonly #problems: SettingProblem[] = [];
  readonly #warnings: string[] = [];

  /** @param place where a setting is set, for the next step of a problem. */
  constructor(lookup: SettingLookup, place: string) {
    this.#lookup = lookup;
    this.#place = place;
    for (const text of lookup.sensitive) {
      // The index takes encodings of its windows, which half of a surrogate pair has none of.
      for (const [part] of text.slice(0, MAX_SENSITIVE).matchAll(/[\x20-\x7e]{8,}/g)) {
        this.#secrets.register(part, 'secret');
      }
    }
  }

  get problems(): readonly SettingProblem[] {
    return this.#problems;
  }

  get warnings(): readonly string[] {
    return this.#warnings;
  }

  /** The report in the order of the catalogue. */
  get report(): readonly ResolvedSetting[] {
    return SETTING_LIST.flatMap(({ name }) => this.#lines.get(name) ?? []);
  }

  /** Reads a setting that is no secret; its fallback text applies when it is not set. */
  read<T>(setting: Setting<T>): Reading<T> {
    const found = this.#lookup.found.get(setting.name);
    const text = found?.text.trim() ?? (setting.fallback.kind === 'value' ? setting.fallback.text : null);
    const origin = found?.origin ?? 'default';
    if (text === null) {
      this.note(setting.name, 'not set', 'default');
      return { state: 'unset' };
    }
    const result = setting.parser.safeParse(text);
    const { keyShape = 'masked' } = setting;
    const shape = keyShape === 'refused-unless-revision' ? revisionShape(text) : secretShape(text);
    if (shape === 'token' || (shape === 'key' && keyShape !== 'masked')) {
      this.problem(setting, `something of the shape of a ${shape}, which is not shown`, origin);
      return { state: 'invalid' };
    }
    if (this.#holdsSecret(setting, text)) {
      this.problem(
        setting,
        `the value of a secret, or a part of one, in ${text.length} characters that are not shown`,
        origin,
      );
      return { state: 'invalid' };
    }
    if (!result.success) {
      const got = isHarmless(setting, text) ? `'${this.#shown(text)}'` : withoutText(text);
      this.problem(setting, got, origin);
      return { state: 'invalid' };
    }
    if (keyShape === 'refused-unless-revision' && isAmbiguousRevision(text)) {
      this.#warnings.push(
        `${setting.name} (${origin}) has the form of an image or build id, and keys have it too: every report shows it. If it is a secret, take it out and replace it.`,
      );
    }
    if (shape === null) {
      this.note(setting.name, this.#shown(String(result.data)) || 'none', origin);
    } else {
      const where = `${setting.name} (${origin})`;
      this.#warnings.push(
        `${where} looks like a ${shape}: it is not shown here, but is used. If it is a secret, take it out and replace it.`,
      );
      this.note(setting.name, looksLike(shape, text), origin);
    }
    return { state: 'set', value: result.data };
  }

  /** Reads a secret; a weak one or a placeholder is a problem, and its value is never shown. */
  readSecret(setting: Setting<string>): Reading<Secret> {
    const found = this.#lookup.found.get(setting.name);
    if (found === undefined) {
      this.note(setting.name, 'not set', 'default');
      return { state: 'unset' };
    }
    const { text, origin } = found;
    const length = `${text.length} ${text.length === 1 ? 'character' : 'characters'}`;
    if (isPlaceholderSecret(text)) {
      this.problem(setting, `a placeholder of ${length}`, origin);
      return { state: 'invalid' };
    }
    if (!setting.parser.safeParse(text).success) {
      this.problem(setting, `a value of ${length}`, origin);
      return { state: 'invalid' };
    }
    this.note(setting.name, `sha256:${fingerprint(text)} (${length})`, origin);
    return { state: 'set', value: new Secret(setting.name, text) };
  }

  /** Puts a line into the report, or replaces it by a derived value. */
  note(name: string, value: string, origin: SettingOrigin): void {
    this.#lines.set(name, { name, value, origin });
  }

  /** Reports a value that is not what the catalogue expects. */
  problem(setting: Setting, got: string, origin: string, expected: string = setting.expected): void {
    const next = `Set ${setting.name} in ${this.#place} or the process environment; issued by ${setting.issuedBy}.`;
    this.add({ setting: setting.name, expected, got, origin, next });
  }

  /** Reports a required setting that is not set. */
  missing(setting: Setting): void {
    this.problem(setting, 'nothing', 'not set');
  }

  add(problem: SettingProblem): void {
    this.#problems.push(problem);
  }

  /** True when a text and a secret of the configuration are one, or one holds the other; it would stand in tokens, records or both. */
  #holdsSecret({ keyShape = 'masked' }: Setting, text: string): boolean {
    const plain = text.toLowerCase();
    const known =
      keyShape === 'masked' ? this.#ownSecrets() : [...this.#ownSecrets(), ...this.#lookup.sensitive];
    return known
      .map((secret) => secret.trim().toLowerCase())
      .filter((secret) => secret.length >= LEAST_SECRET)
      .some((secret) => plain.includes(secret) || (plain.length >= LEAST_SECRET && secret.includes(plain)));
  }

  #ownSecrets(): readonly string[] {
    return SETTING_LIST.filter(({ kind }) => kind === 'secret').flatMap(
      ({ name }) => this.#lookup.found.get(name)?.text ?? [],
    );
  }

  /** A value as it may be shown: no secret, no user information, no query, no control characters. */
  #shown(text: string): string {
    const visible = text
      .replace(/\/\/[^/\s]*@/g, '//[user information]@')
      .replace(/[^\s/@:]*:[^\s/@]*@/g, '[user information]@')
      .replace(/[?#].*$/s, '[rest not shown]');
    return printable(this.#secrets.redact(visible), MAX_SHOWN);
  }
}

function looksLike(shape: string, text: string): string {
  return `[looks like a ${shape}, ${text.length} characters]`;
}

/** True for a number and for a misspelling of a value that there is: whatever else stands in the wrong setting may be a secret. */
function isHarmless({ choices = [] }: Setting, text: string): boolean {
  if (text.length > MAX_HARMLESS) return false;
  return NUMBER.test(text) || choices.some((choice) => distance(text, choice) <= MAX_MISSPELLING);
}

/** What can be said of a value that has not the form of its setting, and may be a secret. */
function withoutText(text: string): string {
  const length = `${text.length} ${text.length === 1 ? 'character' : 'characters'}`;
  if (/\s/.test(text)) return `${length} with blanks among them, which are not shown`;
  if (!text.includes('://')) return `${length} of another form, which are not shown`;
  if (/\/\/[^/]*@/.test(text)) return `an address of ${length} with user information, which is not shown`;
  if (/[?#]/.test(text)) return `an address of ${length} with a query or fragment, which is not shown`;
  return `an address of ${length} of another form, which is not shown`;
}

/** The value of a reading, or a fallback when it is not set or invalid. */
export function valueOr<T, F>(reading: Reading<T>, fallback: F): T | F {
  return reading.state === 'set' ? reading.value : fallback;
}
