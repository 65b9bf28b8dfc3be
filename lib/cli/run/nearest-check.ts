import { distance } from 'fastest-levenshtein';
import type { PlannedCheck } from '../../evidence/plan.ts';

const MOST_NAMED = 3;
/** Shorter words stand in every title. */
const LEAST_LETTERS = 3;
/** A word is like another when less than this part of it must be changed. */
const MOST_CHANGED = 0.4;

/** The checks whose id and title hold most of the words of a pattern that matched none, the best first; at most 3, none when nothing is like it. */
export function nearestChecks(pattern: string, checks: readonly PlannedCheck[]): readonly PlannedCheck[] {
  const wanted = wordsOf(pattern);
  return checks
    .map((check) => ({ check, score: scoreOf(wanted, wordsOf(`${check.id} ${check.title}`)) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, MOST_NAMED)
    .map(({ check }) => check);
}

/** Sum over the wanted words of how like the likest word of a check is. */
function scoreOf(wanted: readonly string[], words: readonly string[]): number {
  return wanted.reduce((sum, word) => sum + Math.max(0, ...words.map((other) => likeness(word, other))), 0);
}

function likeness(a: string, b: string): number {
  const changed = distance(a, b) / Math.max(a.length, b.length);
  return changed < MOST_CHANGED ? 1 - changed : 0;
}

function wordsOf(text: string): readonly string[] {
  return [
    ...new Set(
      text
        .toLowerCase()
        .split(/[^\p{L}\p{N}]+/u)
        .filter((word) => word.length >= LEAST_LETTERS),
    ),
  ];
}
