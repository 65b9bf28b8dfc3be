import { closest } from 'fastest-levenshtein';
import { HarnessError } from '../../foundation/errors.ts';
import { randomSeed } from '../../foundation/random.ts';
import type { PlannedCheck } from '../../evidence/plan.ts';
import { type FaultExpectation, faultName, namedChecks } from '../../proof/expectation.ts';
import { smallestCover } from '../../proof/proof-plan.ts';
import type { ProofScope } from '../../proof/proof-record.ts';
import { hasFlag, type Invocation, listFlag, numberFlag } from '../launch/invocation.ts';

/** The command line of `prove`, typed and checked. */
export interface ProofOptions {
  readonly faults: readonly string[];
  readonly checks: readonly string[];
  readonly isSmallest: boolean;
  /** Every check of the plan is run beside each fault, not the sentinels only. */
  readonly isWhole: boolean;
  /** How many healthy runs to make instead of proofs; null for none. */
  readonly healthyRuns: number | null;
  /** Names of the scenarios to tell, none for all of them; null when faults are to be proven. */
  readonly scenarios: readonly string[] | null;
  readonly seed: number;
  readonly jobs: number;
}

const DEFAULT_JOBS = 2;

/** Reads the flags of `prove`. @throws {HarnessError} `USAGE` for flags that contradict each other. */
export function proofOptions(invocation: Invocation): ProofOptions {
  const faults = listFlag(invocation, 'fault');
  const checks = listFlag(invocation, 'check').map((id) => id.toUpperCase());
  const isSmallest = hasFlag(invocation, 'smallest');
  const isWhole = hasFlag(invocation, 'whole');
  const areStories = hasFlag(invocation, 'scenarios');
  const stories = listFlag(invocation, 'scenario');
  const healthyRuns = numberFlag(invocation, 'healthy');
  const isNarrowed = faults.length > 0 || checks.length > 0;
  if (isSmallest && isNarrowed) throw contradiction('--smallest', '--fault or --check');
  if (healthyRuns !== null && (isSmallest || isNarrowed || isWhole)) {
    throw contradiction('--healthy', 'a flag about faults');
  }
  const tells = areStories || stories.length > 0;
  if (tells && (isSmallest || isNarrowed || healthyRuns !== null)) {
    throw contradiction(areStories ? '--scenarios' : '--scenario', 'a flag about faults or health');
  }
  return {
    scenarios: tells ? stories : null,
    faults,
    checks,
    isSmallest,
    isWhole,
    healthyRuns,
    seed: numberFlag(invocation, 'seed') ?? randomSeed(),
    jobs: numberFlag(invocation, 'jobs') ?? DEFAULT_JOBS,
  };
}

/** What of the matrix is to be proven. @throws {HarnessError} `USAGE` when a name matches nothing. */
export function selectEntries(
  matrix: readonly FaultExpectation[],
  plan: readonly PlannedCheck[],
  options: ProofOptions,
): {
  readonly entries: readonly FaultExpectation[];
  readonly scope: ProofScope;
  readonly filters: readonly string[];
} {
  if (options.isSmallest) return { entries: smallestCover(matrix, plan), scope: 'smallest', filters: [] };
  const { faults, checks } = options;
  // A name may stand for several parameters; where an entry is called just that, it alone is meant.
  const isMeant = (entry: FaultExpectation, name: string): boolean =>
    matrix.some(({ fault }) => fault === name) ? entry.fault === name : faultName(entry) === name;
  const strangers = [
    ...faults
      .filter((name) => !matrix.some((entry) => isMeant(entry, name)))
      .map((name) => `fault ${withNearest(name, matrix.map(faultName))}`),
    ...checks
      .filter((id) => !plan.some((check) => check.id === id))
      .map(
        (id) =>
          `check ${withNearest(
            id,
            plan.map((check) => check.id),
          )}`,
      ),
  ];
  const entries = matrix.filter(
    (entry) =>
      (faults.length === 0 || faults.some((name) => isMeant(entry, name))) &&
      (checks.length === 0 || namedChecks(entry).some((id) => checks.includes(id))),
  );
  if (strangers.length > 0 || entries.length === 0) {
    throw new HarnessError(
      'USAGE',
      `expected names of fixtures/fault-matrix.ts, got ${strangers.join(', ') || 'a filter that matches no entry'}`,
      {
        next: 'npm run stagegate -- backend --list-faults names every fault, npm test -- --list every check.',
      },
    );
  }
  const filters = [...faults.map((name) => `--fault ${name}`), ...checks.map((id) => `--check ${id}`)];
  return { entries, scope: filters.length > 0 ? 'partial' : 'all', filters };
}

function withNearest(wanted: string, known: readonly string[]): string {
  return `${wanted} (the nearest is ${closest(wanted, known)})`;
}

function contradiction(flag: string, other: string): HarnessError {
  return new HarnessError('USAGE', `expected ${flag} or ${other}, got both`, {
    next: 'Leave one of them out.',
  });
}
