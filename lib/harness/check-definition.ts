import type { EvidenceFloor, Observation } from '../evidence/observation.ts';
import type { CheckKind } from '../evidence/plan.ts';
import type { Owner, Severity } from '../evidence/verdict.ts';
import type { Capability } from '../contract/capability.ts';
import type { RungName } from '../probes/rung.ts';

/** An observation once, or as often as `atLeast` says. */
export type Requirement = Observation | EvidenceFloor;

/** Requires an observation `floor` times. */
export function atLeast(floor: number, observation: Observation): EvidenceFloor {
  return { observation, floor };
}

/** What a spec says about a check; suite and phase follow from the file. */
export interface CheckDefinition {
  /** Stable id, as `AUTH-03`. */
  readonly id: string;
  /** Third-person behaviour of the target that is required. */
  readonly title: string;
  /** Default `requirement`. */
  readonly kind?: CheckKind;
  readonly severity: Severity;
  readonly owner: Owner;
  /** Wire observations without which passing assertions prove nothing (design.md §2, law 1). */
  readonly requires: readonly Requirement[];
  /** The preflight rung that the check reports on. */
  readonly rung?: RungName;
  /** Preflight rungs, or checks of the same file, without which this one cannot be judged. */
  readonly needs?: readonly (RungName | CheckId)[];
  /** Capabilities of the target that the check exercises; a policy may declare one missing. */
  readonly capabilities?: readonly Capability[];
  /** Time for the whole check at time scale 1, in milliseconds. Default 60 000. */
  readonly budgetMs?: number;
  /** Checks that name the same lane run one at a time. */
  readonly lane?: string;
  /** Requests and openings it makes at most. Default 4. */
  readonly requests?: number;
  /** Rows of the requirements that it answers for, as `S0-7`; docs/COVERAGE.md is made of them. */
  readonly covers?: readonly string[];
}

/** The id of a check, as `AUTH-03`. */
export type CheckId = `${string}-${number}`;
