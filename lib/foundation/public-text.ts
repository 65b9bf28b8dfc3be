import { PUBLIC_WORDS } from './public-words.ts';
import { RunFilter } from './run-filter.ts';

/** Stands between two words; a noncharacter, so that no run of a text reaches across. */
const BETWEEN = '\uffff';

/** A part of a text, `from` up to `to`. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Knows which parts of a secret are public words that every report holds: these are no leak (design.md §13.12). */
export class PublicText {
  readonly #words: string;
  readonly #filter: RunFilter;

  /** @param minLength the shortest run that is asked for, in characters (at least 6). */
  constructor(words: readonly string[], minLength: number) {
    const lower = [...PUBLIC_WORDS, ...words].map((word) => word.toLowerCase());
    this.#words = lower.join(BETWEEN);
    this.#filter = new RunFilter(lower, minLength);
  }

  /** The parts of a text of which every run of `length` characters is not wholly inside a public word, whatever its case. */
  secretStretches(text: string, length: number): readonly Stretch[] {
    const last = text.length - length;
    if (last < 0) return [];
    if (!this.#filter.mayShare(text, length)) return [{ from: 0, to: text.length }];
    const stretches: { from: number; to: number }[] = [];
    for (let at = 0; at <= last; at += 1) {
      if (this.#words.includes(text.slice(at, at + length).toLowerCase())) continue;
      const before = stretches.at(-1);
      if (before?.to === at + length - 1) before.to = at + length;
      else stretches.push({ from: at, to: at + length });
    }
    return stretches;
  }
}
