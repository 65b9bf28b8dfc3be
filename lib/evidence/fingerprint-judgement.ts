import {
  BEHAVIOUR_NAMES,
  type Behaviour,
  type Generation,
  generationList,
  GENERATIONS,
  generationsOf,
  generationsOfAll,
} from '../contract/behaviour.ts';
import { assertNever } from '../foundation/errors.ts';
import type { Fingerprint, SeenBehaviour } from './fingerprint.ts';

/** Observed behaviours below which no generation is named: fewer would be a coincidence. */
const MIN_OBSERVED = 4;

/** What behaviours say of the deployment. A generation at the most: two commits of one generation look alike. */
export type FingerprintState = 'agrees' | 'differs' | 'mixed' | 'undecided';

/** How one way to behave stands to what was expected. */
export type BehaviourStanding = 'agrees' | 'differs' | 'not observed';

/** One behaviour as it was seen, or that it was not; a behaviour that was seen in two ways has two rows. */
export interface BehaviourRow {
  readonly behaviour: Behaviour;
  readonly seen: SeenBehaviour | null;
  readonly generations: readonly Generation[];
  readonly standing: BehaviourStanding;
}

/** The answer of a fingerprint, with everything that it stands on. */
export interface FingerprintJudgement {
  readonly state: FingerprintState;
  /** The generation that was expected. A generation is no commit. */
  readonly expected: Generation;
  /** The generations that all observations fit; one when a generation is told. */
  readonly fitting: readonly Generation[];
  /** Behaviours that agree in every observation, that were observed at all, and that there are. */
  readonly agreeing: number;
  readonly observed: number;
  readonly of: number;
  readonly rows: readonly BehaviourRow[];
  readonly text: string;
}

/**
 * Holds what was seen against what was expected. `agrees` only when enough behaviours were seen, every one of them agrees,
 * each that is pinned was seen, and no other generation behaves like that. Of two contradicting ones it never picks one.
 */
export function judgeFingerprint({ expected, seen }: Fingerprint): FingerprintJudgement {
  const rows = BEHAVIOUR_NAMES.flatMap((behaviour): readonly BehaviourRow[] => {
    const ways = seen.filter((one) => one.behaviour === behaviour);
    if (ways.length === 0) return [{ behaviour, seen: null, generations: [], standing: 'not observed' }];
    return ways.map((way) => {
      const generations = generationsOf(behaviour, way.value);
      const pinned = expected.behaviours?.[behaviour];
      const agrees =
        generations.includes(expected.generation) && (pinned === undefined || pinned === way.value);
      return { behaviour, seen: way, generations, standing: agrees ? 'agrees' : 'differs' };
    });
  });
  const observed = BEHAVIOUR_NAMES.filter((name) => seen.some(({ behaviour }) => behaviour === name));
  const differing = observed.filter((name) =>
    rows.some(({ behaviour, standing }) => behaviour === name && standing === 'differs'),
  );
  const fitting = generationsOfAll(seen);
  const unpinned = BEHAVIOUR_NAMES.filter(
    (name) => expected.behaviours?.[name] !== undefined && !observed.includes(name),
  );
  const base = {
    expected: expected.generation,
    fitting,
    agreeing: observed.length - differing.length,
    observed: observed.length,
    of: BEHAVIOUR_NAMES.length,
    rows,
  };
  const isTold = observed.length >= MIN_OBSERVED && fitting.length === 1 && unpinned.length === 0;
  const state = areMixed(seen) ? 'mixed' : differing.length > 0 ? 'differs' : isTold ? 'agrees' : 'undecided';
  return { ...base, state, text: textOf({ ...base, state }, unpinned) };
}

/** One deployment behaves in one way, and all its ways are those of one generation. */
function areMixed(seen: readonly SeenBehaviour[]): boolean {
  const isTwofold = seen.some(({ behaviour }, at) =>
    seen.slice(0, at).some((other) => other.behaviour === behaviour),
  );
  const known = seen.filter(({ behaviour, value }) => generationsOf(behaviour, value).length > 0);
  return isTwofold || generationsOfAll(known).length === 0;
}

function textOf(judged: Omit<FingerprintJudgement, 'text'>, unpinned: readonly Behaviour[]): string {
  const { state, expected, fitting, agreeing, observed, of, rows } = judged;
  const missed = of - observed;
  const counts = `${agreeing} of ${observed} observed behaviours agree${missed === 0 ? '' : `, ${missed} of ${of} not observed`}`;
  switch (state) {
    case 'agrees':
      return `generation ${expected}, ${counts}`;
    case 'differs': {
      const [only, ...others] = fitting;
      const told =
        only === undefined ? 'no known one' : others.length === 0 ? only : `one of ${fitting.join(', ')}`;
      const which = only === expected && others.length === 0 ? `${only}, but not the pinned one` : told;
      return `generation ${which}, expected ${expected}: ${counts} (${named(rows.filter(({ standing }) => standing === 'differs'))})`;
    }
    case 'mixed':
      return `several generations answered, expected ${expected}: ${counts} (${named(tellingRows(rows))})`;
    case 'undecided':
      return `generation undecided, expected ${expected}: ${counts}; ${whyUndecided(judged, unpinned)}`;
    default:
      return assertNever(state);
  }
}

function whyUndecided(
  { observed, fitting }: Omit<FingerprintJudgement, 'text'>,
  unpinned: readonly Behaviour[],
): string {
  if (observed < MIN_OBSERVED) return `at least ${MIN_OBSERVED} must be observed`;
  if (unpinned.length > 0) return `pinned and not observed: ${unpinned.join(', ')}`;
  return `what was observed fits ${fitting.join(', ')}`;
}

/** Behaviours that are named before the rest is only counted. */
const MAX_NAMED = 4;

/** Rows that a reader needs to see why: those that differ, and those that tell a generation at all. */
export function tellingRows(rows: readonly BehaviourRow[]): readonly BehaviourRow[] {
  return rows.filter(
    ({ seen, generations, standing }) =>
      seen !== null && (standing === 'differs' || generations.length < GENERATIONS.length),
  );
}

/** Those that differ first; each with the record that shows it. */
function named(rows: readonly BehaviourRow[]): string {
  const ordered = rows.toSorted((a, b) => Number(a.standing === 'agrees') - Number(b.standing === 'agrees'));
  const shown = ordered
    .slice(0, MAX_NAMED)
    .map(
      ({ behaviour, seen, generations }) =>
        `${behaviour} ${seen?.value ?? '-'} in ${seen?.evidence ?? '-'}, of ${generationList(generations)}`,
    );
  return `${shown.join('; ')}${rows.length > MAX_NAMED ? `; and ${rows.length - MAX_NAMED} more` : ''}`;
}
