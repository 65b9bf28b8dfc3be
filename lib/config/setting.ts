import type { z } from 'zod';

/** Where the value of a setting came from. */
export type SettingOrigin =
  | 'process environment'
  | 'default'
  | 'embedded backend'
  | 'flag --expect-revision'
  | `.env.${string}`
  | `alias ${string}`
  | `derived from ${string}`;

/** What a setting is about: `local` takes only `run` settings from the process environment (design.md §13.11). */
type SettingKind = 'target' | 'secret' | 'run';

/** What applies when a setting is not set: a text that is parsed like any other, a rule, or nothing. */
export type SettingFallback =
  | { readonly kind: 'value'; readonly text: string }
  | { readonly kind: 'rule'; readonly text: string }
  | { readonly kind: 'none' };

/** One entry of the catalogue. */
export interface Setting<T = unknown> {
  readonly name: string;
  /** Names of the original teams (wire-contract.md §7.1): accepted, with a warning. */
  readonly aliases: readonly string[];
  readonly kind: SettingKind;
  readonly meaning: string;
  readonly unit: string;
  /** A value of the right form that cannot work. */
  readonly example: string;
  readonly issuedBy: string;
  readonly fallback: SettingFallback;
  /** When a missing value is a problem; null when it never is. */
  readonly requiredWhen: string | null;
  /**
   * What becomes of a value that looks like a key: what every record holds is refused, and a revision is held to its own
   * forms. Default `masked`.
   */
  readonly keyShape?: 'masked' | 'refused' | 'refused-unless-revision';
  /** The values there are, of a setting that has few: a misspelling of one is no secret, and is shown. */
  readonly choices?: readonly string[];
  readonly expected: string;
  readonly parser: z.ZodType<T, string>;
}
