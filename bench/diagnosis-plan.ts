import { EXPECTED_CAUSE, RECORDED_AS } from '../fixtures/fault-matrix/cause.ts';
import { FAULT_MATRIX } from '../fixtures/fault-matrix.ts';
import type { PlannedCheck } from '../lib/evidence/plan.ts';
import { contentHash } from '../lib/foundation/canonical-json.ts';
import { type FaultExpectation, faultName } from '../lib/proof/expectation.ts';
import { RUNG_DESCRIPTIONS, RUNGS } from '../lib/probes/rung.ts';
import { checksOfProof } from '../lib/proof/proof-plan.ts';

/** What one run of the corpus has on, and what must be named after it. */
export interface Recording {
  /** Folder of the run in the corpus. */
  readonly name: string;
  readonly entries: readonly FaultExpectation[];
  readonly seed: number;
  /** Hypotheses that must be named; one for a single fault, two for a pair. */
  readonly expected: readonly string[];
}

/** The catalogue as the bench sees it: what is red, and what is left out because the matrix says that nothing is red. */
export interface Catalogue {
  readonly red: readonly FaultExpectation[];
  readonly notRed: readonly string[];
}

/**
 * One entry of the matrix per fault: the first one that a check judges red, else the first that leaves one undecided. With
 * variants, the other parameters that the matrix knows stand behind them.
 */
export function catalogue(hasVariants: boolean): Catalogue {
  const names = [...new Set(FAULT_MATRIX.map((entry) => faultName(entry)))];
  const red = names.flatMap((name) => {
    const own = FAULT_MATRIX.filter((one) => faultName(one) === name && one.expect === 'red');
    const entry = own.find(({ failed }) => failed.length > 0) ?? own[0];
    return entry === undefined ? [] : [{ ...entry, fault: RECORDED_AS.get(name) ?? entry.fault }];
  });
  const known = new Set(red.map((entry) => faultName(entry)));
  const chosen = new Set(red.map(({ fault }) => fault));
  const variants = FAULT_MATRIX.filter(
    ({ fault, expect: outcome }) => hasVariants && outcome === 'red' && !chosen.has(fault),
  );
  return { red: [...red, ...variants], notRed: names.filter((name) => !known.has(name)) };
}

/** Every fault once per seed, seed by seed, so that each slice of time leaves whole seeds behind. */
export function singleRecordings(
  entries: readonly FaultExpectation[],
  seeds: readonly number[],
): readonly Recording[] {
  return seeds.flatMap((seed) =>
    entries.map((entry) => ({
      name: `${recordedName(entry, entries)}@${seed}`,
      entries: [entry],
      seed,
      expected: [causeOf(entry)],
    })),
  );
}

/**
 * Pairs of faults with different known causes that can be seen beside each other: no two pairs join the same two causes before
 * every two causes were joined once. The choice depends on nothing but the matrix and the plan.
 */
export function pairRecordings(
  entries: readonly FaultExpectation[],
  plan: readonly PlannedCheck[],
  count: number,
  seed: number,
): readonly Recording[] {
  const usable = entries.filter((entry) => causeOf(entry) !== 'UNKNOWN' && entry.settings === null);
  const reaches = new Map(usable.map((entry) => [entry, checksReached(entry, plan)]));
  const candidates = usable.flatMap((first, at) =>
    usable
      .slice(at + 1)
      .filter((second) => causeOf(first) !== causeOf(second) && isCompatible(first, second, reaches))
      .map((second) => ({ first, second, causes: [causeOf(first), causeOf(second)].toSorted().join(' ') })),
  );
  // By hash: a fault that is added to the catalogue leaves the order of the others as it is.
  const waiting = candidates
    .map((pair) => ({ pair, order: contentHash([pair.first.fault, pair.second.fault]) }))
    .toSorted((a, b) => (a.order < b.order ? -1 : 1))
    .map(({ pair }) => pair);
  const joined = new Map<string, number>();
  const uses = new Map<FaultExpectation, number>();
  const costOf = ({ first, second, causes }: (typeof candidates)[number]): number =>
    10 * (joined.get(causes) ?? 0) + (uses.get(first) ?? 0) + (uses.get(second) ?? 0);
  const chosen: Recording[] = [];
  while (chosen.length < count && waiting.length > 0) {
    let [best, least] = [0, Number.POSITIVE_INFINITY];
    for (const [at, pair] of waiting.entries()) {
      const cost = costOf(pair);
      if (cost < least) [best, least] = [at, cost];
      if (least === 0) break;
    }
    const [pair] = waiting.splice(best, 1);
    if (pair === undefined) break;
    const { first, second, causes } = pair;
    joined.set(causes, (joined.get(causes) ?? 0) + 1);
    for (const entry of [first, second]) uses.set(entry, (uses.get(entry) ?? 0) + 1);
    chosen.push({
      name: `${faultName(first)}+${faultName(second)}@${seed}`,
      entries: [first, second],
      seed,
      expected: [causeOf(first), causeOf(second)],
    });
  }
  return chosen;
}

/** A fault by its name; a variant of one that stands before it, with its parameter. */
function recordedName(entry: FaultExpectation, entries: readonly FaultExpectation[]): string {
  const name = faultName(entry);
  const first = entries.find((one) => faultName(one) === name);
  if (first === undefined || first === entry) return name;
  return entry.fault === name ? `${name}=default` : entry.fault.replaceAll('/', '_');
}

/** The checks of a recording: those of the proof of each fault that is on. */
export function checksOf({ entries }: Recording, plan: readonly PlannedCheck[]): readonly string[] {
  const wanted = new Set(entries.flatMap((entry) => checksOfProof(entry, plan)));
  return plan.filter(({ id }) => wanted.has(id)).map(({ id }) => id);
}

function causeOf(entry: FaultExpectation): string {
  return EXPECTED_CAUSE.get(entry.fault) ?? EXPECTED_CAUSE.get(faultName(entry)) ?? 'UNKNOWN';
}

/** Neither turns red what the other is seen by, or blocks it. */
function isCompatible(
  first: FaultExpectation,
  second: FaultExpectation,
  reaches: ReadonlyMap<FaultExpectation, ReadonlySet<string>>,
): boolean {
  const hides = (one: FaultExpectation, other: FaultExpectation): boolean =>
    other.failed.every(({ check }) => reaches.get(one)?.has(check));
  return (
    first.failed.length > 0 && second.failed.length > 0 && !hides(first, second) && !hides(second, first)
  );
}

/** Checks that go red with an entry, and all that stands on them. */
function checksReached(entry: FaultExpectation, plan: readonly PlannedCheck[]): ReadonlySet<string> {
  const reached = new Set([...entry.failed.map(({ check }) => check), ...entry.inconclusive]);
  const rungOf = new Map(plan.flatMap(({ id, rung }) => (rung === null ? [] : [[id, rung]])));
  const ladder: ReadonlyMap<string, readonly string[]> = new Map(
    RUNGS.map((rung) => [rung, RUNG_DESCRIPTIONS[rung].needs]),
  );
  // A set visits what is added while it is walked.
  for (const root of reached) {
    const names = [root, rungOf.get(root)].filter((name) => name !== undefined);
    for (const { id, needs, rung } of plan) {
      const stands = [...needs, ...(ladder.get(rung ?? '') ?? [])];
      if (stands.some((need) => names.includes(need))) reached.add(id);
    }
  }
  return reached;
}
