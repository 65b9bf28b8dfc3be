import type { StopSignal } from '../foundation/stop-signal.ts';
import type { PlannedCheck } from '../evidence/plan.ts';
import { ExitCode, exitCodeOfSignal } from '../gate/exit-code.ts';
import { type FaultExpectation, faultName } from './expectation.ts';
import { provenBy } from './proof-plan.ts';

/** Which entries of the matrix a session set out to prove. */
export type ProofScope = 'all' | 'smallest' | 'partial';

/** One entry after its run. */
export interface ProofResult {
  readonly fault: string;
  readonly expect: FaultExpectation['expect'];
  /** Null when it was not executed. */
  readonly firings: number | null;
  readonly decision: string | null;
  readonly exitCode: number | null;
  /** Checks by verdict, those that passed only counted. */
  readonly failed: readonly { readonly check: string; readonly rules: readonly string[] }[];
  readonly inconclusive: readonly string[];
  readonly blocked: readonly string[];
  readonly passed: number;
  /** Every check that was asked. */
  readonly executed: readonly string[];
  readonly elapsedMs: number;
  /** Runs before this one that were void because this machine was too slow to judge. */
  readonly repeats: number;
  /** What kept the first attempt from being credited, where the proof was made again alone; empty otherwise. */
  readonly spoiltBy: readonly string[];
  readonly problems: readonly string[];
  readonly credited: boolean;
  /** A secret, or something of its shape, stood in a file of the run. */
  readonly hasLeak: boolean;
  /** Folder of the run, kept when it was not credited; relative to the report. */
  readonly run: string | null;
}

/** A healthy run: the baseline of a session, or one of many. */
export interface HealthyResult {
  readonly seed: number;
  readonly shuffled: boolean;
  readonly decision: string;
  readonly exitCode: number;
  readonly planned: number;
  readonly passed: number;
  /** What kept it from GO: a false alarm, since nothing was wrong. */
  readonly problems: readonly string[];
  readonly elapsedMs: number;
  /** Runs before this one that were void because this machine was too slow to judge. */
  readonly repeats: number;
  readonly run: string | null;
}

/** A session of proofs as it is written: `prove.json`. */
export interface ProofRecord {
  readonly schema: 1;
  readonly id: string;
  readonly state: 'complete' | 'interrupted';
  readonly startedAt: string;
  readonly endedAt: string;
  readonly seed: number;
  readonly jobs: number;
  readonly scope: ProofScope;
  readonly filters: readonly string[];
  readonly baseline: HealthyResult | null;
  /** Entries that were set out to be proven, in the order of the matrix. */
  readonly declared: readonly string[];
  readonly results: readonly ProofResult[];
  readonly coverage: {
    readonly planned: number;
    /** Per check of the plan: the credited faults that turned it red. */
    readonly redBy: Readonly<Record<string, readonly string[]>>;
    readonly unproven: readonly string[];
  };
  /** Faults that the backend has and no entry names. */
  readonly unnamedFaults: readonly string[];
  /** Entries whose fault the backend does not have. */
  readonly unknownFaults: readonly string[];
  readonly score: { readonly credited: number; readonly declared: number; readonly text: string };
  readonly problems: readonly string[];
  readonly exitCode: number;
}

export type ProofFindings = Omit<
  ProofRecord,
  'schema' | 'coverage' | 'unnamedFaults' | 'unknownFaults' | 'score' | 'problems' | 'exitCode'
> & {
  readonly matrix: readonly FaultExpectation[];
  readonly plan: readonly PlannedCheck[];
  readonly backendFaults: readonly string[];
  readonly signal: StopSignal | null;
};

/** Sums a session up: what is credited, what no fault turns red, and the exit code (design.md §5). */
export function proofRecord(findings: ProofFindings): ProofRecord {
  const { matrix, plan, backendFaults, signal, ...session } = findings;
  const isGreen = session.baseline?.problems.length === 0;
  const results = isGreen ? session.results : session.results.map(withoutCredit);
  const credited = results.filter(({ credited: counts }) => counts);
  const redBy: Record<string, readonly string[]> = Object.fromEntries(
    plan.map(({ id }) => [
      id,
      credited
        .filter(({ fault }) => {
          const entry = matrix.find((candidate) => candidate.fault === fault);
          return entry !== undefined && provenBy(entry, plan).includes(id);
        })
        .map(({ fault }) => fault),
    ]),
  );
  const unproven = plan.map(({ id }) => id).filter((id) => redBy[id]?.length === 0);
  const names = new Set(matrix.filter(({ settings }) => settings === null).map(faultName));
  const unnamedFaults = backendFaults.filter((name) => !names.has(name));
  const unknownFaults = [...names].filter((name) => !backendFaults.includes(name));
  const score = { credited: credited.length, declared: session.declared.length };
  const missed = session.declared.filter((fault) => !results.some((result) => result.fault === fault));
  // Without a green baseline nothing was judged: what is missing then says nothing.
  const problems = isGreen
    ? [
        ...results.filter(({ credited: counts }) => !counts).map(({ fault }) => `not proven: ${fault}`),
        ...missed.map((fault) => `declared and not executed: ${fault}`),
        ...unknownFaults.map((name) => `the matrix names a fault that the backend does not have: ${name}`),
        // A narrowed session cannot say what the whole matrix shows.
        ...(session.scope === 'partial'
          ? []
          : [
              ...unproven.map((id) => `no fault turns ${id} red`),
              ...unnamedFaults.map((name) => `no entry names the fault ${name}`),
            ]),
      ]
    : [
        'the healthy baseline is not green: nothing is credited',
        ...(session.baseline?.problems ?? []).map((text) => `baseline: ${text}`),
      ];
  const facts = {
    signal,
    hasLeak: results.some(({ hasLeak }) => hasLeak),
    isGreen,
    isRed: problems.length > 0,
    isPartial: session.scope === 'partial',
  };
  return {
    schema: 1,
    ...session,
    results,
    coverage: { planned: plan.length, redBy, unproven },
    unnamedFaults,
    unknownFaults,
    score: { ...score, text: `gate mutation score: ${score.credited}/${score.declared}` },
    problems,
    exitCode: exitCodeOf(facts),
  };
}

function exitCodeOf(facts: {
  readonly signal: StopSignal | null;
  readonly hasLeak: boolean;
  readonly isGreen: boolean;
  readonly isRed: boolean;
  readonly isPartial: boolean;
}): number {
  if (facts.signal !== null) return exitCodeOfSignal(facts.signal);
  if (facts.hasLeak) return ExitCode.HarnessFault;
  if (!facts.isGreen) return ExitCode.Inconclusive;
  if (facts.isRed) return ExitCode.NoGo;
  return facts.isPartial ? ExitCode.Inconclusive : ExitCode.Go;
}

function withoutCredit(result: ProofResult): ProofResult {
  return result.credited
    ? { ...result, credited: false, problems: ['the healthy baseline is not green'] }
    : result;
}
