import type { StopSignal } from '../foundation/stop-signal.ts';
import { ExitCode, exitCodeOfSignal } from '../gate/exit-code.ts';
import type { HealthyResult } from './proof-record.ts';

/** Many runs of a healthy target as they are written: `healthy.json`. */
export interface HealthyRecord {
  readonly schema: 1;
  readonly id: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly seed: number;
  readonly jobs: number;
  /** The seed of every run, in the order in which they were begun. */
  readonly seeds: readonly number[];
  readonly runs: readonly HealthyResult[];
  readonly falseAlarms: number;
  readonly text: string;
  readonly exitCode: number;
}

/** Sums healthy runs up: each one that is no GO is a false alarm, and each one that is missing is no proof. */
export function healthyRecord(
  findings: Omit<HealthyRecord, 'schema' | 'falseAlarms' | 'text' | 'exitCode'> & {
    readonly signal: StopSignal | null;
  },
): HealthyRecord {
  const { signal, ...session } = findings;
  const falseAlarms = session.runs.filter(({ problems }) => problems.length > 0).length;
  const repeats = session.runs.reduce((sum, run) => sum + run.repeats, 0);
  const repeated = repeats === 0 ? '' : `, ${repeats} repeated because this machine was too slow to judge`;
  const isWhole = session.runs.length === session.seeds.length && session.runs.length > 0;
  return {
    schema: 1,
    ...session,
    falseAlarms,
    text: `false alarms: ${falseAlarms} in ${session.runs.length} of ${session.seeds.length} healthy runs${repeated}`,
    exitCode: exitCodeOf(signal, falseAlarms, isWhole),
  };
}

function exitCodeOf(signal: StopSignal | null, falseAlarms: number, isWhole: boolean): number {
  if (signal !== null) return exitCodeOfSignal(signal);
  if (falseAlarms > 0) return ExitCode.NoGo;
  return isWhole ? ExitCode.Go : ExitCode.Inconclusive;
}
