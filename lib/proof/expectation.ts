import { z } from 'zod';
import { isRuleId, type RuleId } from '../contract/rule.ts';

/** A check that goes red, and the rules it then names: these and no others. */
const expectedRedSchema = z.strictObject({
  check: z.string().min(1),
  rules: z
    .array(z.custom<RuleId>((value) => typeof value === 'string' && isRuleId(value), 'expected a rule id'))
    .min(1)
    .readonly(),
});

/**
 * What a fault must lead to. Nothing of it is known to the backend, nor read by the run (design.md §13.5, §13.6).
 * What is not named stays green or is blocked by what is: anything else is a false alarm.
 */
export const faultExpectationSchema = z.strictObject({
  /** As given to `--fault`: a name, or name=value. With `settings` it is a name only: no server can show it. */
  fault: z.string().regex(/^[a-z0-9-]+(=.+)?$/),
  /** Target settings of a run of its own with `--env`, instead of `--fault`; the keys are made for the run. */
  settings: z.record(z.string(), z.string()).readonly().nullable(),
  /** `red`: the run is no GO. `warning`: a promise is kept and a reader is told. `no-change`: tolerated in silence. */
  expect: z.enum(['red', 'warning', 'no-change']),
  exitCode: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
  failed: z.array(expectedRedSchema).readonly(),
  /** Checks that cannot judge while the fault is on. */
  inconclusive: z.array(z.string()).readonly(),
  /** A warning of a check that passes: part of its text. */
  warning: z.strictObject({ check: z.string(), text: z.string() }).nullable(),
  /** Part of a reason of the decision, where no check can say it alone. */
  reason: z.string().nullable(),
  /** Why a fault that changes nothing is right to change nothing. */
  because: z.string().nullable(),
  /** The hypothesis that must be ranked first when the run is red (fixtures/fault-matrix/cause.ts). */
  hypothesis: z.string().optional(),
});
export type FaultExpectation = Readonly<z.infer<typeof faultExpectationSchema>>;

/** The fault's name without its parameter. */
export function faultName(entry: FaultExpectation): string {
  return entry.fault.split('=')[0] ?? entry.fault;
}

/** Every check that an entry names as a cause or as the one that warns. */
export function namedChecks(entry: FaultExpectation): readonly string[] {
  return [
    ...new Set([
      ...entry.failed.map(({ check }) => check),
      ...entry.inconclusive,
      ...(entry.warning === null ? [] : [entry.warning.check]),
    ]),
  ];
}
