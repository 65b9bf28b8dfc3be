import { createNegativeTokens } from '../../auth/negative-token.ts';
import { nextProbe } from '../../diagnosis/next-probe.ts';
import type { Evidence } from '../../evidence/evidence.ts';
import type { ProbeName } from '../../evidence/probe-name.ts';
import type { RunRecord } from '../../evidence/run-record.ts';
import { kindOfVerdict } from '../../evidence/verdict.ts';
import { Deadline } from '../../foundation/deadline.ts';
import { separate } from '../../probes/separation.ts';
import type { Preflight } from '../target/preflight.ts';

/** Time for all separating probes of a run, at time scale 1 (design.md §9); a scaled run gets a floor. */
const PROBE_BUDGET_MS = 20_000;
const PROBE_FLOOR_MS = 7_000;
/** The same where the ladder got no answer at all: whether one comes now is all that is left to see. */
const MUTE_PROBE_BUDGET_MS = 5_000;

export interface SeparationOptions {
  readonly climbed: Preflight;
  /** The run as it stands after its suites. */
  readonly record: RunRecord;
  readonly evidence: readonly Evidence[];
  /** Invalid tokens that may be sent. */
  readonly probeBudget: number;
  readonly signal: AbortSignal;
  /** Called with the time that the probes may take, in ms. */
  readonly onStart?: (budgetMs: number) => void;
  /** Runs our client against a fresh embedded backend: the positive control of the harness itself. */
  readonly ownClient: (signal: AbortSignal) => Promise<{ readonly answer: boolean; readonly text: string }>;
}

/** True when something went wrong that a separating probe could explain. */
export function hasReds({ checks, preflight, revision, harnessFaults }: RunRecord): boolean {
  return (
    harnessFaults.length > 0 ||
    new Set(revision.readings.map((reading) => reading.revision)).size > 1 ||
    preflight.some(({ state }) => state === 'broken' || state === 'undecided') ||
    checks.some(({ selected, verdict }) => selected && ['red', 'unknown'].includes(kindOfVerdict(verdict)))
  );
}

/**
 * Makes separating observations one after the other, each chosen by what is still possible, until one is decisive, nothing
 * is left to ask, or the budget is used up. Everything lands in the ledger of the run.
 */
export async function separateCauses(options: SeparationOptions): Promise<void> {
  const { climbed, record, signal } = options;
  const { climb, recorder } = climbed.probing();
  const fullMs = Math.max(PROBE_BUDGET_MS * record.timeScale, PROBE_FLOOR_MS);
  const budgetMs = climb.isMute ? Math.min(fullMs, MUTE_PROBE_BUDGET_MS) : fullMs;
  using deadline = new Deadline(budgetMs, { parent: signal });
  const bench = {
    climb,
    recorder,
    signal: deadline.signal,
    negatives: createNegativeTokens({
      settings: climb.settings,
      source: climb.tokens,
      recorder,
      secrets: climb.secrets,
    }),
    invalidLeft: options.probeBudget,
  };
  const made = new Set<ProbeName>();
  const known = (): readonly Evidence[] => [...options.evidence, ...recorder.seen()];
  // On a target that is not ours, our own client is the first suspect.
  if (!record.target.embedded) {
    options.onStart?.(budgetMs);
    await controlOwnClient(options, recorder, made);
  }
  for (;;) {
    const probe = nextProbe(record, known(), made);
    if (probe === null || signal.aborted) break;
    if (made.size === 0) options.onStart?.(budgetMs);
    made.add(probe);
    if (probe === 'own-client') await controlOwnClient(options, recorder, made);
    else await separate(bench, probe);
    if (deadline.signal.aborted) break;
  }
  climbed.flush();
}

async function controlOwnClient(
  { ownClient, signal }: SeparationOptions,
  recorder: ReturnType<Preflight['probing']>['recorder'],
  made: Set<ProbeName>,
): Promise<void> {
  made.add('own-client');
  const { answer, text } = await ownClient(signal);
  recorder.record({ kind: 'probe', probe: 'own-client', answer, text });
}
