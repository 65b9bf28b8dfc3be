import { join } from 'node:path';
import { createTokenSource } from '../../auth/token-source.ts';
import { createUser } from '../../auth/user.ts';
import type { PreflightFindings } from '../../config/run-context.ts';
import type { Settings } from '../../config/settings.ts';
import { BUDGET_FLOOR_MS, budgetsOf, scaleBudgets } from '../../contract/budget.ts';
import type { AuthTransport } from '../../evidence/evidence.ts';
import { type CheckRecorder, Ledger } from '../../evidence/ledger.ts';
import type { RevisionReading } from '../../evidence/run-record.ts';
import { AppendFile } from '../../foundation/append-file.ts';
import { describeError, HarnessError } from '../../foundation/errors.ts';
import { systemClock } from '../../foundation/clock.ts';
import type { SecretIndex } from '../../foundation/redaction.ts';
import type { Policy } from '../../gate/policy.ts';
import { createHttpClient } from '../../http/http-client.ts';
import type { Climb } from '../../probes/climb.ts';
import { Pace } from '../../foundation/pace.ts';
import { observeBehaviours } from '../../probes/behaviour-probe.ts';
import { climbLadder, type LadderWatch } from '../../probes/ladder.ts';
import { pacedClient } from '../../probes/paced-client.ts';
import { readRevision } from '../../probes/revision-rung.ts';
import { createExchange } from '../../http/token-exchange.ts';

export interface PreflightOptions {
  readonly runId: string;
  readonly startedAt: Date;
  readonly settings: Settings;
  readonly policy: Policy;
  readonly caPem: string | null;
  readonly secrets: SecretIndex;
  /** Where the ledger of this process goes; null keeps nothing, as for `doctor`. */
  readonly workFolder: string | null;
  readonly signal: AbortSignal;
  readonly watch?: LadderWatch;
}

/** The climbed ladder; it keeps its clients for the last reading of the revision. */
export interface Preflight extends AsyncDisposable {
  readonly findings: PreflightFindings;
  readonly readings: readonly RevisionReading[];
  /** Reads the revision again, at the end of a run. */
  readRevisionAgain(): Promise<readonly RevisionReading[]>;
  /** What separating probes work with, and a recorder that knows what they saw. */
  probing(): { readonly climb: Climb; readonly recorder: CheckRecorder };
  /** Writes what was recorded so far. */
  flush(): void;
}

/** Climbs the preflight ladder once for a run. @throws the reason of the signal when it is interrupted. */
export async function preflight(options: PreflightOptions): Promise<Preflight> {
  const { settings, secrets, runId, caPem } = options;
  const file =
    options.workFolder === null ? null : new AppendFile(join(options.workFolder, 'ledger-main.ndjson'));
  const ledger = new Ledger({
    writer: 'm',
    redact: (line) => secrets.redact(line),
    sink: (lines) => file?.append(lines),
    runStartedAt: options.startedAt,
  });
  const recorder = ledger.recorder(null);
  const pace = new Pace(settings.requestsPerMinute);
  const client = (baseUrl: string): ReturnType<typeof createHttpClient> =>
    pacedClient(createHttpClient({ baseUrl, runId, secrets, ...(caPem === null ? {} : { caPem }) }), pace);
  const backend = client(settings.backendUrl);
  const auth = client(settings.authServiceUrl);
  const climb: Climb = {
    settings,
    budgets: scaleBudgets(budgetsOf(options.policy.silence ?? 'warn'), settings.timeScale, BUDGET_FLOOR_MS),
    budgetFloorMs: BUDGET_FLOOR_MS,
    missingCapabilities: options.policy.missingCapabilities.map(({ capability }) => capability),
    revisionPolicy: options.policy.revision,
    fingerprint: options.policy.fingerprint ?? null,
    runId,
    backend,
    auth,
    tokens: createTokenSource({ settings, recorder, secrets, exchange: createExchange(auth, recorder) }),
    secrets,
    pace,
    caPem,
    user: createUser('preflight', { runId }),
    signal: options.signal,
    recorder,
    recorders: [],
    health: null,
    healthWallMs: null,
    elapsedMs: () => systemClock.wallTime().getTime() - options.startedAt.getTime(),
    wallTime: () => systemClock.wallTime(),
    token: null,
    attempts: [],
    connection: null,
    threadId: null,
    readings: [],
    isMute: false,
    hasLeftOut: false,
  };
  const dispose = async (): Promise<void> => {
    for (const { handshake } of climb.attempts) {
      if (handshake.kind === 'open') await handshake.connection[Symbol.asyncDispose]();
    }
    await backend[Symbol.asyncDispose]();
    await auth[Symbol.asyncDispose]();
    ledger.flush();
    file?.close();
  };
  try {
    const { rungs, evidence } = await climbLadder(climb, ledger, options.watch);
    if (ledger.failure !== null) {
      throw ledger.failure instanceof HarnessError
        ? ledger.failure
        : new HarnessError(
            'DISK_WRITE_FAILED',
            `the ledger could not be written: ${describeError(ledger.failure)}`,
          );
    }
    return {
      findings: { rungs, evidence, authTransport: acceptedTransport(climb) },
      readings: climb.readings,
      async readRevisionAgain() {
        // Whoever answered nothing at the start would be waited for once more, and nothing was judged on its revision.
        if (climb.isMute) return [];
        const before = climb.readings.length;
        climb.recorder = ledger.recorder(null);
        await readRevision(climb);
        if (climb.fingerprint !== null) await observeBehaviours(climb);
        return climb.readings.slice(before);
      },
      probing: () => ({ climb, recorder: ledger.recorder(null) }),
      flush: () => ledger.flush(),
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

function acceptedTransport(climb: Climb): AuthTransport {
  const accepted = climb.attempts.find(({ welcome }) => welcome?.kind === 'welcome');
  return accepted?.transport ?? 'authorization-header';
}
