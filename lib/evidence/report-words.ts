import { RULES } from '../contract/rule.ts';
import type { PlannedCheck } from './plan.ts';

/** Shortest word of which a part could be taken for a part of a secret (design.md §13.12). */
const MIN_LENGTH = 8;

/**
 * Words of this project that every report of a run holds beside those of lib/foundation/public-words.ts: ids of rules, and what
 * the checks of its plan are called. They are committed texts, so a secret that shares a piece with one does not leak by it.
 */
export function reportWords(plan: readonly PlannedCheck[]): readonly string[] {
  const texts = plan.flatMap(({ id, title, suite, file }) => [id, title, suite, file]);
  const words = [...Object.keys(RULES), ...texts.flatMap((text) => text.split(/[\s"'`(),;:/]+/))];
  return [...new Set(words.filter(({ length }) => length >= MIN_LENGTH))];
}
