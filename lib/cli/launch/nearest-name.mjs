// Before `npm ci` there is no package to count edits with, and this is asked before anything of ours loads.

/**
 * The known name that is fewest edits away; null when even that one is no misspelling.
 * @param {string} wanted @param {readonly string[]} known @param {number} mostEdits
 */
export function nearestName(wanted, known, mostEdits) {
  let best = null;
  let fewest = mostEdits + 1;
  for (const name of known) {
    const edits = editsBetween(wanted, name);
    if (edits < Math.min(fewest, name.length)) [best, fewest] = [name, edits];
  }
  return best;
}

/** Levenshtein distance, row by row. @param {string} a @param {string} b */
function editsBetween(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [i, character] of a.split('').entries()) {
    const next = [i + 1];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (b[j - 1] === character ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, replaced));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
