/** Ids of what shows something, at least one: a record, or the check or fault of ours that rests on none. */
export type Citation = readonly [string, ...string[]];

/**
 * What the evidence says of one prediction: it holds, its opposite was seen, or nothing was asked that could tell. Nothing
 * was seen without an id that shows it.
 */
export type Sighting =
  | { readonly state: 'seen' | 'opposite'; readonly evidence: Citation }
  | { readonly state: 'not-asked'; readonly evidence: readonly [] };

/** Ids cited for one prediction at most: a reader follows a few, not hundreds. */
const MAX_CITED = 6;

const NOT_ASKED: Sighting = { state: 'not-asked', evidence: [] };

/** Decides by records that show it, and by records that show its opposite; what shows it wins. */
export function whether(showing: readonly string[], opposite: readonly string[] = []): Sighting {
  const seen = cite(showing);
  if (seen !== null) return { state: 'seen', evidence: seen };
  const refuting = cite(opposite);
  return refuting === null ? NOT_ASKED : { state: 'opposite', evidence: refuting };
}

/** The first records and the last one, each once; null when there is none. */
export function cite(ids: readonly string[]): Citation | null {
  const distinct = [...new Set(ids)].filter((id) => id !== '');
  const [first, ...rest] = distinct;
  if (first === undefined) return null;
  return rest.length < MAX_CITED
    ? [first, ...rest]
    : [first, ...rest.slice(0, MAX_CITED - 2), ...rest.slice(-1)];
}
