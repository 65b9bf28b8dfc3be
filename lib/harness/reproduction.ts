import type { RuleId } from '../contract/rule.ts';
import { describeProportion, proportion } from '../evidence/proportion.ts';
import { HarnessError } from '../foundation/errors.ts';
import { RUNGS } from '../probes/rung.ts';
import type { RungResult } from '../evidence/run-record.ts';
import { check } from './check.ts';
import type { CheckContext } from './check-context.ts';
import type { CheckDefinition } from './check-definition.ts';

/** What one execution of an incident's trigger led to; `undecided` when the trigger was not really executed, or not answered. */
export type TriggerOutcome =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'reproduced';
      readonly rule: RuleId;
      readonly where: string;
      readonly actual: string;
      readonly evidence: readonly string[];
    }
  | { readonly kind: 'undecided'; readonly why: string };

interface Reproduction extends Omit<CheckDefinition, 'kind'> {
  /** Executions without which "not reproduced" says nothing (requirements.md R-10). */
  readonly attempts: number;
  /** What would have to be seen instead of the incident. */
  readonly expected: string;
}

/**
 * Declares a check that repeats the trigger of a known incident. One occurrence is `reproduced`: failed, with its
 * violation. None in all attempts is `not reproduced in n attempts`: passed. Fewer decided attempts are inconclusive,
 * or blocked where the preflight ladder says why.
 */
export function reproductionCheck(
  definition: Reproduction,
  trigger: (t: CheckContext) => Promise<readonly TriggerOutcome[]>,
): void {
  const { attempts, expected, ...rest } = definition;
  check({ ...rest, kind: 'reproduction' }, async (t) => {
    const outcomes = await trigger(t);
    const reproduced = outcomes.filter((outcome) => outcome.kind === 'reproduced');
    const decided = outcomes.filter(({ kind }) => kind !== 'undecided').length;
    const rate = proportion(reproduced.length, decided);
    const [first] = reproduced;
    if (first !== undefined && rate !== null) {
      t.note(`reproduced in ${describeProportion(rate)}`);
      t.expectThat(false, first.rule, {
        where: first.where,
        expected,
        actual: `${first.actual} (reproduced in ${reproduced.length} of ${decided} attempts)`,
        evidence: reproduced.flatMap(({ evidence }) => evidence).slice(0, 10),
      });
      return;
    }
    if (decided < attempts || rate === null) {
      t.note(`undecided: ${decided} of ${attempts} attempts gave an answer`);
      throw await unansweredTrigger(t, outcomes, attempts, decided);
    }
    t.note(`not reproduced in ${decided} attempts (${describeProportion(rate)})`);
  });
}

async function unansweredTrigger(
  t: CheckContext,
  outcomes: readonly TriggerOutcome[],
  attempts: number,
  decided: number,
): Promise<HarnessError> {
  const why = outcomes.find((outcome) => outcome.kind === 'undecided')?.why ?? 'too few were made';
  const message = `expected the trigger to be executed and answered ${attempts} times, got ${decided}: ${why}`;
  return unansweredBecause(t, message);
}

/** The checks that say whether connections open at all: where one is red, no trigger was ever executed. */
const OPENING_CHECKS = ['PERF-01'] as const;

/** Says why something was not answered often enough: the rung or check that is red for it, or nothing known. */
export async function unansweredBecause(t: CheckContext, message: string): Promise<HarnessError> {
  const rung = brokenRung(t);
  if (rung !== null) return blockedBy(rung.rung, message);
  const refused = await openingsRefused(t);
  if (refused !== null) return refused;
  return new HarnessError('EVIDENCE_MISSING', message, {
    next: 'Look at the records of this check: neither the incident nor its absence was seen.',
  });
}

/** What blocks a trigger that needs several openings of one user; null when they succeed. */
export async function openingsRefused(t: CheckContext): Promise<HarnessError | null> {
  for (const id of OPENING_CHECKS) {
    if ((await t.verdictOf(id)) === 'failed') return blockedBy(id, 'too few openings succeed');
  }
  return null;
}

function blockedBy(by: string, message: string): HarnessError {
  return new HarnessError('BLOCKED', `${message}; ${by} does not hold`, {
    details: { by },
    next: `Mend ${by} first.`,
  });
}

/** The lowest rung of the preflight ladder that does not hold; null when all do. */
function brokenRung(t: CheckContext): RungResult | null {
  for (const name of RUNGS) {
    const rung = t.rung(name);
    if (rung.state === 'broken' || rung.state === 'undecided') return rung;
  }
  return null;
}
