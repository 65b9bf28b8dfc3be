import { assertNever } from '../../foundation/errors.ts';
import type { DecisionKind, RevisionState } from '../../gate/decision.ts';
import type { Verdict } from '../../evidence/verdict.ts';
import { kindOfVerdict } from '../../evidence/verdict.ts';
import type { Tone } from '../page/page-data.ts';

/** How a verdict is coloured. */
export function toneOfVerdict(verdict: Verdict): Tone {
  const kind = kindOfVerdict(verdict);
  switch (kind) {
    case 'good':
      return 'good';
    case 'red':
      return 'bad';
    case 'unknown':
      return verdict === 'inconclusive' ? 'unknown' : 'quiet';
    case 'excused':
      return 'caution';
    default:
      return assertNever(kind);
  }
}

/** How a decision is coloured. */
export function toneOfDecision(decision: DecisionKind): Tone {
  switch (decision) {
    case 'GO':
      return 'good';
    case 'CONDITIONAL_GO':
      return 'caution';
    case 'NO_GO':
      return 'bad';
    case 'INCONCLUSIVE':
      return 'unknown';
    default:
      return assertNever(decision);
  }
}

/** How what the readings prove about the revision is coloured. */
export function toneOfRevision(state: RevisionState): Tone {
  switch (state) {
    case 'proven':
    case 'generation-proven':
      return 'good';
    case 'mismatch':
    case 'mixed':
      return 'bad';
    case 'unproven-accepted':
      return 'caution';
    case 'generation-undecided':
    case 'hidden':
    case 'unreadable':
    case 'not read':
      return 'unknown';
    default:
      return assertNever(state);
  }
}
