import { HarnessError } from '../../foundation/errors.ts';
import { randomSeed } from '../../foundation/random.ts';
import { hasFlag, type Invocation, listFlag, numberFlag, textFlag } from '../launch/invocation.ts';
import { reportsFolder } from '../launch/reports-folder.mjs';
import { shardOf } from '../launch/flag-form.mjs';
import type { Filters } from './selection.ts';

/** Time scale of the embedded backend: 25 s of a degraded readiness pass in 2.5 s. */
const LOCAL_TIME_SCALE = 0.1;

/** Invalid tokens of probes on one red run: fewer than a breaker counts (design.md §13.16). */
const INVALID_TOKENS_PER_RUN = 2;

/** The command line of `run`, typed. */
export interface RunOptions {
  readonly environment: string;
  readonly faults: readonly string[];
  readonly timeScale: number;
  readonly expectRevision: string | null;
  readonly filters: Omit<Filters, 'shortPlan'>;
  readonly smoke: boolean;
  readonly policyFile: string | null;
  readonly repeat: number;
  readonly seed: number;
  readonly shuffle: boolean;
  readonly acceptConditional: boolean;
  /** Whether separating probes are made after a red. */
  readonly probes: boolean;
  /** Invalid tokens that the probes of one red run may send. */
  readonly probeBudget: number;
  /** Checks that say whether the change did what it claims. */
  readonly change: readonly string[];
  readonly waiverFile: string | null;
  /** A run, or `latest-go`. */
  readonly baseline: string | null;
  readonly list: boolean;
  readonly reports: string;
}

/**
 * Reads the flags of `run`; the command line has held each to its form. @throws {HarnessError} `USAGE` for flags that
 * contradict each other.
 */
export function runOptions(invocation: Invocation): RunOptions {
  const environment = textFlag(invocation, 'env') ?? 'local';
  const faults = listFlag(invocation, 'fault');
  if (environment !== 'local') {
    for (const [flag, given] of [
      ['--fault', faults.length > 0],
      ['--time-scale', textFlag(invocation, 'time-scale') !== null],
    ] as const) {
      if (given) {
        throw new HarnessError(
          'USAGE',
          `${flag} works on the embedded backend only, got it with --env ${environment}`,
          {
            next: `Leave out ${flag} or --env.`,
          },
        );
      }
    }
  }
  if (hasFlag(invocation, 'smoke') && textFlag(invocation, 'policy') !== null) {
    throw new HarnessError('USAGE', 'expected --smoke or --policy, got both', {
      next: 'A run has one plan.',
    });
  }
  const shard = textFlag(invocation, 'shard');
  if (shard !== null && textFlag(invocation, 'seed') === null && !hasFlag(invocation, 'list')) {
    throw new HarnessError(
      'USAGE',
      `expected --seed beside --shard, the same for all shards of one run, got none`,
      {
        next: `Give every shard the number of its pipeline run, as --shard ${shard} --seed 7: merge takes no shard of another seed.`,
      },
    );
  }
  return {
    environment,
    faults,
    timeScale: numberFlag(invocation, 'time-scale') ?? LOCAL_TIME_SCALE,
    expectRevision: textFlag(invocation, 'expect-revision'),
    filters: {
      suites: listFlag(invocation, 'suite'),
      checks: listFlag(invocation, 'check'),
      pattern: textFlag(invocation, 'test-name-pattern'),
      shard: shard === null ? null : shardOf(shard),
    },
    smoke: hasFlag(invocation, 'smoke'),
    policyFile: textFlag(invocation, 'policy'),
    repeat: numberFlag(invocation, 'repeat') ?? 1,
    seed: numberFlag(invocation, 'seed') ?? randomSeed(),
    shuffle: hasFlag(invocation, 'shuffle'),
    acceptConditional: hasFlag(invocation, 'accept-conditional'),
    probes: !hasFlag(invocation, 'no-probes'),
    probeBudget: numberFlag(invocation, 'probe-budget') ?? INVALID_TOKENS_PER_RUN,
    change: listFlag(invocation, 'change')
      .flatMap((ids) => ids.split(','))
      .map((id) => id.trim().toUpperCase()),
    waiverFile: textFlag(invocation, 'waivers'),
    baseline: textFlag(invocation, 'baseline'),
    list: hasFlag(invocation, 'list'),
    reports: reportsFolder(invocation.root, textFlag(invocation, 'out')),
  };
}
