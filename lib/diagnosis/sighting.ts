/** What the evidence says of one prediction: it holds, its opposite was seen, or nothing was asked that could tell. */
export interface Sighting {
  readonly state: 'seen' | 'opposite' | 'not-asked';
  readonly evidence: readonly string[];
}

/** Ids cited for one prediction at most: a reader follows a few, not hundreds. */
const MAX_CITED = 6;

const NOT_ASKED: Sighting = { state: 'not-asked', evidence: [] };

/** Decides by records that show it, and by records that show its opposite; what shows it wins. */
export function whether(showing: readonly string[], opposite: readonly string[] = []): Sighting {
  if (showing.length > 0) return { state: 'seen', evidence: cite(showing) };
  return opposite.length > 0 ? { state: 'opposite', evidence: cite(opposite) } : NOT_ASKED;
}

/** The first records and the last one, each once. */
export function cite(ids: readonly string[]): readonly string[] {
  const distinct = [...new Set(ids)];
  if (distinct.length <= MAX_CITED) return distinct;
  return [...distinct.slice(0, MAX_CITED - 1), ...distinct.slice(-1)];
}
