import { assertNever } from '../foundation/errors.ts';
import type { DecisionKind } from './decision.ts';

/** Exit codes of the process (design.md §5). Any other code is to be read as NO-GO. */
export const ExitCode = {
  Go: 0,
  NoGo: 1,
  ConditionalGo: 2,
  Inconclusive: 3,
  Usage: 64,
  HarnessFault: 70,
  Interrupted: 130,
  Terminated: 143,
} as const;

/** Maps a decision to the exit code; a signal, a refusal and a harness fault go before the decision. */
export function exitCodeOf(
  decision: DecisionKind,
  facts: {
    readonly harnessFault: boolean;
    readonly signal: 'SIGINT' | 'SIGTERM' | null;
    readonly acceptConditional: boolean;
    readonly refused: boolean;
  },
): number {
  if (facts.refused) return ExitCode.Usage;
  if (facts.signal === 'SIGINT') return ExitCode.Interrupted;
  if (facts.signal === 'SIGTERM') return ExitCode.Terminated;
  if (facts.harnessFault) return ExitCode.HarnessFault;
  switch (decision) {
    case 'GO':
      return ExitCode.Go;
    case 'NO_GO':
      return ExitCode.NoGo;
    case 'CONDITIONAL_GO':
      return facts.acceptConditional ? ExitCode.Go : ExitCode.ConditionalGo;
    case 'INCONCLUSIVE':
      return ExitCode.Inconclusive;
    default:
      return assertNever(decision);
  }
}
