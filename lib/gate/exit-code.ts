import type { StopSignal } from '../foundation/stop-signal.ts';
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
  HungUp: 129,
  Interrupted: 130,
  Terminated: 143,
} as const;

/** Maps a decision to the exit code; a signal, a refusal and a harness fault go before the decision. */
export function exitCodeOf(
  decision: DecisionKind,
  facts: {
    readonly harnessFault: boolean;
    readonly signal: StopSignal | null;
    readonly acceptConditional: boolean;
    readonly refused: boolean;
  },
): number {
  if (facts.refused) return ExitCode.Usage;
  if (facts.signal !== null) return exitCodeOfSignal(facts.signal);
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

/**
 * The exit code of a run whose outcome could not be handed to the pipeline that reads it: a code that lets a pipeline go on
 * (0, and 2 where conditions are accepted there) becomes that of a harness fault, any other one stops it as it is.
 */
export function exitCodeUntold(exitCode: number): number {
  return exitCode === ExitCode.Go || exitCode === ExitCode.ConditionalGo ? ExitCode.HarnessFault : exitCode;
}

/** The exit code of a run that a signal ended: 128 and the number of the signal, as shells have it. */
export function exitCodeOfSignal(signal: StopSignal): number {
  switch (signal) {
    case 'SIGINT':
      return ExitCode.Interrupted;
    case 'SIGTERM':
      return ExitCode.Terminated;
    case 'SIGHUP':
      return ExitCode.HungUp;
    default:
      return assertNever(signal);
  }
}
