import { setMaxListeners } from 'node:events';
import { join } from 'node:path';
import { AppendFile } from '../foundation/append-file.ts';
import { describeError, HarnessError } from '../foundation/errors.ts';
import { Pace } from '../foundation/pace.ts';
import { createRandom, type Random } from '../foundation/random.ts';
import { SecretIndex } from '../foundation/redaction.ts';
import { SecretHandover } from '../foundation/secret-handover.ts';
import { BypassExchange } from '../auth/bypass-exchange.ts';
import { createNegativeTokens, type NegativeTokens } from '../auth/negative-token.ts';
import { createTokenSource, type TokenSource } from '../auth/token-source.ts';
import { BUDGET_FLOOR_MS, type Budgets, budgetsOf, scaleBudgets } from '../contract/budget.ts';
import { receiveFindings } from '../config/preflight-handover.ts';
import { type PreflightFindings, type RunContext, settingsOf } from '../config/run-context.ts';
import type { Settings } from '../config/settings.ts';
import type { ProductionTwin } from '../config/target-reading.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { Ledger, type Recorder } from '../evidence/ledger.ts';
import { reportWords } from '../evidence/report-words.ts';
import type { RungResult } from '../evidence/run-record.ts';
import type { Verdict } from '../evidence/verdict.ts';
import { pacedClient } from '../probes/paced-client.ts';
import { createExchange } from '../http/token-exchange.ts';
import { CanaryBook } from '../http/canary-book.ts';
import { createHttpClient, type HttpClient } from '../http/http-client.ts';
import { AnswerBook } from './answer-book.ts';
import { Lane } from './lane.ts';
import { Observer } from './observer.ts';
import { ResultLog } from './result-log.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly stagegate: RunContext;
  }
}

/** Bodies that may run at once in one worker: enough to overlap waits, few enough to keep our own event loop calm. */
const BODIES_AT_ONCE = 8;
const BODIES_AT_ONCE_WHEN_PACED = 2;
/** Two in 15 s are never three in a row within the reset time of a breaker (requirements.md Part C). */
const REFUSALS_PER_MINUTE = 8;
/** What all checks of one worker process share. */
export interface Runtime {
  readonly context: RunContext;
  readonly settings: Settings;
  /** What the ladder found. @throws {TypeError} before `awaitPreflight` has resolved. */
  readonly preflight: PreflightFindings;
  readonly budgets: Budgets;
  /** The same at time scale 1. */
  readonly nominalBudgets: Budgets;
  readonly ledger: Ledger;
  readonly results: ResultLog;
  readonly secrets: SecretIndex;
  readonly tokens: TokenSource;
  readonly negatives: NegativeTokens;
  readonly backend: HttpClient;
  readonly auth: HttpClient;
  readonly observer: Observer;
  /** What every turn of this worker asked and was answered. */
  readonly answers: AnswerBook;
  /** What every user of this worker wrote, and who was told of it. */
  readonly canaries: CanaryBook;
  readonly random: Random;
  readonly bodies: Lane;
  readonly pace: Pace;
  /** Keeps refusals apart on a target with a request limit: its breaker may count those of everybody together. */
  readonly refusals: Pace;
  /** Aborted with the first write that failed: what is seen from then on cannot be kept, so nothing more is asked. */
  readonly unwritable: AbortSignal;
  /** A client that ends with the check it was made for. */
  clientOf(baseUrl: string, limits?: { readonly maxConnections: number }): HttpClient;
  /** The backend of the production-like target. @throws {TypeError} when none is configured. */
  twinBackend(): HttpClient;
  /** @throws {HarnessError} `CAPABILITY_MISSING` without the bypass key, `PRODUCTION_GUARD`. */
  exchangeAt(at: 'target' | 'production-twin', recorder: Recorder): BypassExchange;
  /** The budget of a check on this target; waits of our own never scale below what a busy machine needs. */
  checkBudgetMs(budgetMs: number): number;
  /** Writes how this worker itself fares: nobody says when it is ended, so it tells whenever no check runs. */
  tellHealth(): void;
  lane(name: string): Lane;
  /** Waits for the end of the ladder; no check may begin before. @throws {HarnessError} `INTERRUPTED`. */
  awaitPreflight(): Promise<void>;
  rung(name: string): RungResult | null;
  /** Announces that this worker will give a verdict on a check. */
  expectVerdict(id: string): void;
  /** Resolves with the verdict of a check of this worker; null when it gives none. */
  verdictOf(id: string): Promise<Verdict> | null;
  settle(id: string, verdict: Verdict): void;
  /** Why a check was skipped, by its id: what stands on it is skipped for the same. */
  readonly skippedFor: Map<string, string>;
  /** Computes a value once and shares it, such as the golden chat turn. */
  shared<T>(
    name: string,
    owner: string,
    create: () => Promise<T>,
    evidence: () => readonly Evidence[],
  ): SharedWork<T>;
}

/** Work done by one check for several, with the records it rests on. */
interface SharedWork<T> {
  readonly owner: string;
  readonly value: Promise<T>;
  readonly evidence: () => readonly Evidence[];
}

let current: Runtime | undefined;

/** The runtime of a run in this worker process; created on first use, shared by every spec file. */
export function runtimeOf(context: RunContext): Runtime {
  if (current?.context.workFolder !== context.workFolder) current = createRuntime(context);
  return current;
}

function createRuntime(context: RunContext): Runtime {
  const writer = `w${process.pid}`;
  const folder = context.workFolder;
  const settings = settingsOf(context);
  const nominalBudgets = budgetsOf(context.silence);
  const secrets = new SecretIndex({ publicWords: reportWords(context.plan) });
  const unwritable = new AbortController();
  setMaxListeners(0, unwritable.signal);
  const onFailure = (error: HarnessError): void => unwritable.abort(error);
  const handover = new SecretHandover(join(folder, `secrets-${writer}`), context.handoverKey, onFailure);
  secrets.onRegister((value, label) => handover.add(value, label));
  for (const secret of [settings.bypassKey, settings.jwtSecretKey]) {
    if (secret !== null) secrets.register(secret.reveal(), secret.label);
  }
  const redact = (line: string): string => secrets.redact(line);
  const file = new AppendFile(join(folder, `ledger-${writer}.ndjson`), onFailure);
  const ledger = new Ledger({
    writer,
    redact,
    sink: (lines) => file.append(lines),
    runStartedAt: new Date(context.startedAt),
  });
  const results = new ResultLog(join(folder, `results-${writer}.ndjson`), redact, onFailure);
  const observer = new Observer();
  const canaries = new CanaryBook();
  const runRecorder = ledger.recorder(null);
  const pace = new Pace(settings.requestsPerMinute);
  const client = (baseUrl: string, limits?: { readonly maxConnections: number }): HttpClient =>
    pacedClient(
      createHttpClient({
        baseUrl,
        runId: context.runId,
        secrets,
        canaries,
        ...caOf(context),
        ...(limits === undefined ? {} : { limits }),
      }),
      pace,
    );
  const twinOf = (): ProductionTwin => {
    if (settings.productionTwin === null) throw new TypeError('expected a configured production-like target');
    return settings.productionTwin;
  };
  const clients = new Map<string, HttpClient>();
  const clientAt = (baseUrl: string): HttpClient => {
    const existing = clients.get(baseUrl) ?? client(baseUrl);
    clients.set(baseUrl, existing);
    return existing;
  };
  const backend = client(settings.backendUrl);
  const auth = client(settings.authServiceUrl);
  const tokens = createTokenSource({
    settings,
    recorder: runRecorder,
    secrets,
    exchange: createExchange(auth, runRecorder),
  });
  const lanes = new Map<string, Lane>();
  const verdicts = new Map<
    string,
    { readonly promise: Promise<Verdict>; readonly resolve: (verdict: Verdict) => void }
  >();
  const shared = new Map<string, SharedWork<unknown>>();

  let isFailureTold = false;
  let findings: PreflightFindings | null = null;
  const preflight = (): PreflightFindings => {
    if (findings === null) throw new TypeError('expected the findings of the ladder before any check');
    return findings;
  };
  return {
    context,
    settings,
    budgets: scaleBudgets(nominalBudgets, settings.timeScale, BUDGET_FLOOR_MS),
    nominalBudgets,
    ledger,
    results,
    secrets,
    tokens,
    negatives: createNegativeTokens({ settings, source: tokens, recorder: runRecorder, secrets }),
    backend,
    auth,
    observer,
    answers: new AnswerBook(),
    canaries,
    random: createRandom(context.seed),
    // Checks that wait for their turn use up their own time: under a rate limit few run at once.
    bodies: new Lane(pace.isLimited ? BODIES_AT_ONCE_WHEN_PACED : BODIES_AT_ONCE),
    pace,
    refusals: new Pace(pace.isLimited ? REFUSALS_PER_MINUTE : null),
    unwritable: unwritable.signal,
    clientOf: client,
    twinBackend: () => clientAt(twinOf().backendUrl),
    exchangeAt(at, recorder) {
      const authServiceUrl = at === 'target' ? settings.authServiceUrl : twinOf().authServiceUrl;
      const through = at === 'target' ? auth : clientAt(authServiceUrl);
      return new BypassExchange({ ...settings, authServiceUrl }, secrets, createExchange(through, recorder));
    },
    checkBudgetMs: (budgetMs) => Math.max(budgetMs * settings.timeScale, Math.min(budgetMs, 15_000)),
    tellHealth() {
      ledger.flush();
      results.observer(observer.health());
      if (ledger.failure === null || isFailureTold) return;
      isFailureTold = true;
      results.fault(
        new HarnessError(
          'DISK_WRITE_FAILED',
          `the ledger could not be written: ${describeError(ledger.failure)}`,
        ),
      );
    },
    lane(name) {
      const lane = lanes.get(name) ?? new Lane(1);
      lanes.set(name, lane);
      return lane;
    },
    get preflight() {
      return preflight();
    },
    async awaitPreflight() {
      findings ??= await receiveFindings(folder);
    },
    rung: (name) => preflight().rungs.find(({ rung }) => rung === name) ?? null,
    expectVerdict(id) {
      let resolve: (verdict: Verdict) => void = () => {};
      const promise = new Promise<Verdict>((settled) => {
        resolve = settled;
      });
      verdicts.set(id, { promise, resolve });
    },
    verdictOf: (id) => verdicts.get(id)?.promise ?? null,
    skippedFor: new Map(),
    settle: (id, verdict) => verdicts.get(id)?.resolve(verdict),
    shared<T>(
      name: string,
      owner: string,
      create: () => Promise<T>,
      evidence: () => readonly Evidence[],
    ): SharedWork<T> {
      const existing = shared.get(name);
      // One name, one creator: the map forgets the type, its only writer is this call site.
      if (existing !== undefined) return existing as SharedWork<T>;
      const created = { owner, value: create(), evidence };
      shared.set(name, created);
      return created;
    },
  };
}

function caOf(context: RunContext): { readonly caPem?: string } {
  return context.caPem === null ? {} : { caPem: context.caPem };
}
