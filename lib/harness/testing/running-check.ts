import { handOverFindings } from '../../config/preflight-handover.ts';
import { transferSettings } from '../../config/run-context.ts';
import { sampleSettings } from '../../config/testing/sample-settings.ts';
import type { Capability } from '../../contract/capability.ts';
import { samplePlannedCheck } from '../../evidence/testing/sample-record.ts';
import { Deadline } from '../../foundation/deadline.ts';
import { randomKey } from '../../foundation/random.ts';
import type { TemporaryFolder } from '../../foundation/testing/temporary-folder.ts';
import { MemoryLedger } from '../../http/memory-ledger.ts';
import { CheckContext } from '../check-context.ts';
import { type Runtime, runtimeOf } from '../runtime.ts';

/** The runtime of a worker, at time scale 0.1, whose target is at these addresses. For unit tests: one per file. */
export async function startRuntime(
  folder: TemporaryFolder,
  target: {
    readonly websocketUrl?: string;
    readonly backendUrl?: string;
    /** Default true. */
    readonly embedded?: boolean;
    /** What the policy declares missing. */
    readonly lacks?: readonly Capability[];
  },
): Promise<Runtime> {
  const { lacks = [], ...urls } = target;
  const declared = { owner: 'backend', reason: 'not built', expires: '2099-01-01' } as const;
  const runtime = runtimeOf({
    mode: 'run',
    runId: 'run-4711-abcdef',
    startedAt: '2026-03-01T10:00:00.000Z',
    seed: 7,
    repeat: 1,
    workFolder: folder.path,
    handoverKey: randomKey(32),
    plan: [],
    selected: [],
    missingCapabilities: lacks.map((capability) => ({ capability, ...declared })),
    fingerprint: null,
    silence: 'warn',
    caPem: null,
    settings: { ...transferSettings(sampleSettings()), ...urls, tokenSource: 'minted' },
  });
  handOverFindings(folder.path, { rungs: [], evidence: [], authTransport: 'authorization-header' });
  await runtime.awaitPreflight();
  return runtime;
}

/** A check that runs against real sockets, outside of the test runner's own. */
export class RunningCheck implements AsyncDisposable {
  readonly ledger = new MemoryLedger();
  readonly t: CheckContext;
  readonly #deadline = new Deadline(10_000);

  constructor(runtime: Runtime, id = 'ISO-01') {
    this.t = new CheckContext({
      runtime,
      planned: samplePlannedCheck({ id }),
      recorder: this.ledger.recorder,
      deadline: this.#deadline,
    });
  }

  rules(): readonly string[] {
    return this.t.violations.map(({ rule }) => rule);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.t[Symbol.asyncDispose]();
    this.#deadline[Symbol.dispose]();
  }
}
