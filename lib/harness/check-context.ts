import { isDeepStrictEqual } from 'node:util';
import type { ExchangeAnswer, ExchangeKey } from '../auth/bypass-exchange.ts';
import type { NegativeTokenName } from '../auth/negative-token-name.ts';
import type { Token } from '../auth/token.ts';
import { recordToken } from '../auth/token-record.ts';
import { createUser, type User, users } from '../auth/user.ts';
import type { Settings } from '../config/settings.ts';
import type { ProductionTwin } from '../config/target-reading.ts';
import { BUDGET_FLOOR_MS, type Budgets } from '../contract/budget.ts';
import type { Capability } from '../contract/capability.ts';
import type { RuleId } from '../contract/rule.ts';
import { type Violation, violation } from '../contract/violation.ts';
import type { AuthTransport, Evidence, EvidenceBody } from '../evidence/evidence.ts';
import type { CheckRecorder } from '../evidence/ledger.ts';
import type { PlannedCheck } from '../evidence/plan.ts';
import type { RungResult } from '../evidence/run-record.ts';
import type { Verdict } from '../evidence/verdict.ts';
import type { Deadline } from '../foundation/deadline.ts';
import { assertNever, HarnessError } from '../foundation/errors.ts';
import { randomBase64Url } from '../foundation/random.ts';
import type { HttpClient, HttpMethod, HttpResult } from '../http/http-client.ts';
import { chatTurn } from '../ws/chat-turn.ts';
import type { ChatTurn } from '../ws/turn.ts';
import { probeUpgrade, type UpgradeAnswer } from '../ws/upgrade-probe.ts';
import type { HandshakeResult } from '../ws/handshake.ts';
import { closeBudgetMs } from '../ws/connection-limits.ts';
import { openConnection } from '../ws/opening-handshake.ts';
import type { Thread } from '../contract/api.ts';
import { expectBody } from './body.ts';
import { CheckStopped } from './judgement.ts';
import { recordOverlap, type TurnTimes } from './leak-matrix.ts';
import type { Runtime } from './runtime.ts';
import { openSession, type Session } from './session.ts';

/** What a broken promise looked like; the rule says what it means and what to do. */
interface Expectation {
  readonly where: string;
  readonly expected: unknown;
  readonly actual: unknown;
  readonly evidence?: readonly string[];
}

export interface ConnectOptions {
  /** Null opens without any token. */
  readonly token: Token | null;
  /** Default: the transport on which the preflight ladder was accepted. */
  readonly transport?: AuthTransport;
  /** Default: the path of WEBSOCKET_URL. */
  readonly path?: string;
  /** Default: WEBSOCKET_URL. */
  readonly url?: string;
  readonly extraSubprotocols?: readonly string[];
  /** Sent in the moment of the opening, before a welcome can have come. */
  readonly firstMessage?: object;
}

export interface TurnOptions {
  readonly prompt: string;
  /** Whether the prompt demands a tool; its events are then required. */
  readonly requireTools?: boolean;
  readonly threadId?: string;
  /** Time after the terminal event in which late events are still caught. Default 100. */
  readonly graceMs?: number;
  /** Extra fields of the start message's context. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** Extra members of the start message's payload. */
  readonly extra?: Readonly<Record<string, unknown>>;
  /** The form of the start message; default `start_agent`. */
  readonly form?: 'start_agent' | 'user_message';
}

interface RequestOptions {
  readonly token?: Token;
  readonly json?: unknown;
  /** Default `backend`. The twins run as production. */
  readonly target?: 'backend' | 'auth' | 'twin-backend';
  /** `none` sends the token without the scheme that RFC 6750 §2.1 demands. Default `bearer`. */
  readonly scheme?: 'bearer' | 'none';
  /** Longest wait for the answer. Default: the budget of `/health`. */
  readonly budgetMs?: number;
  /** Sends it over the one connection that this check has for itself, whoever asks. Default: one of the run's pool. */
  readonly onOneConnection?: boolean;
}

export type AnsweredResult = HttpResult & { readonly kind: 'answered' };

/** What the body of a check works with. Everything it opens is recorded, bounded by the check's deadline, and closed at its end. */
export class CheckContext implements AsyncDisposable {
  readonly #runtime: Runtime;
  readonly #planned: PlannedCheck;
  readonly #deadline: Deadline;
  readonly #adopted: Evidence[] = [];
  readonly #violations: Violation[] = [];
  readonly #warnings: string[] = [];
  readonly #open: AsyncDisposable[] = [];
  #occurred: string | null = null;
  #ownClient: HttpClient | null = null;
  readonly recorder: CheckRecorder;

  constructor(parts: {
    readonly runtime: Runtime;
    readonly planned: PlannedCheck;
    readonly recorder: CheckRecorder;
    readonly deadline: Deadline;
  }) {
    this.#runtime = parts.runtime;
    this.#planned = parts.planned;
    this.#deadline = parts.deadline;
    this.recorder = parts.recorder;
  }

  get signal(): AbortSignal {
    return this.#deadline.signal;
  }

  get settings(): Settings {
    return this.#runtime.settings;
  }

  /** Budgets of requirements.md Part C, scaled to the target. */
  get budgets(): Budgets {
    return this.#runtime.budgets;
  }

  get violations(): readonly Violation[] {
    return this.#violations;
  }

  get warnings(): readonly string[] {
    return this.#warnings;
  }

  get occurred(): string | null {
    return this.#occurred;
  }

  /** True when the policy declares that the target lacks this. */
  lacks(capability: Capability): boolean {
    return this.#runtime.context.missingCapabilities.some((missing) => missing.capability === capability);
  }

  /** Records of this check, and those of shared work that it rests on. */
  seen(): readonly Evidence[] {
    return [...this.#adopted, ...this.recorder.seen()];
  }

  /** True when an error only ended the body after a violation was recorded. */
  stopped(error: unknown): boolean {
    return error instanceof CheckStopped && this.#violations.length > 0;
  }

  /** Records a violation of `rule` unless both values are deeply equal; the body goes on. */
  expectEqual(rule: RuleId, { where, expected, actual, evidence }: Expectation): void {
    if (isDeepStrictEqual(expected, actual)) return;
    this.expectThat(false, rule, {
      where,
      expected: show(expected),
      actual: show(actual),
      ...(evidence === undefined ? {} : { evidence }),
    });
  }

  /** Records a violation of `rule` unless the condition holds; the body goes on. */
  expectThat(holds: boolean, rule: RuleId, { where, expected, actual, evidence }: Expectation): void {
    if (holds) return;
    const ids =
      evidence ??
      this.recorder
        .seen()
        .slice(-3)
        .map(({ id }) => id);
    this.#violations.push(
      violation(rule, { where, expected: String(expected), actual: String(actual), evidence: ids }),
    );
  }

  /** Takes over violations that a verifier found. */
  report(found: readonly Violation[], evidence: readonly string[] = []): void {
    for (const one of found) {
      this.#violations.push(one.evidence === undefined && evidence.length > 0 ? { ...one, evidence } : one);
    }
  }

  /** Leaves the body when a violation was recorded: what would follow could not be judged. */
  stopIfBroken(): void {
    if (this.#violations.length > 0) throw new CheckStopped();
  }

  /** Says something that a reader should know and that breaks no promise. */
  warn(text: string): void {
    this.#warnings.push(text);
  }

  /** Names which of the declared outcomes occurred. */
  note(occurred: string): void {
    this.#occurred = occurred;
  }

  record(body: EvidenceBody): string {
    return this.recorder.record(body);
  }

  /** Rests this check on records made elsewhere, such as the preflight ladder or a shared chat turn. */
  adopt(evidence: readonly Evidence[]): void {
    this.#adopted.push(...evidence);
  }

  /** The result of a preflight rung, with the records it rests on. */
  rung(name: string): RungResult {
    const rung = this.#runtime.rung(name);
    if (rung === null)
      throw new HarnessError(
        'RUNG_UNDECIDED',
        `expected the preflight ladder to have asked ${name}, got nothing`,
      );
    this.adopt(this.#runtime.preflight.evidence.filter(({ id }) => rung.evidence.includes(id)));
    return rung;
  }

  /** The verdict of another check of this worker, once it has one; null when it gives none. */
  async verdictOf(id: string): Promise<Verdict | null> {
    return (await this.#runtime.verdictOf(id)) ?? null;
  }

  /** 20 random letters and digits that stand in no other run, for canaries and markers: any 8 of them tell it. */
  canary(): string {
    return randomBase64Url(15).replaceAll(/[-_]/g, 'x');
  }

  /** A user of this check only. */
  user(name = 'user'): User {
    return createUser(`${this.#planned.id.toLowerCase()}-${name}`, { runId: this.#runtime.context.runId });
  }

  /** Distinct users of this check only. */
  users(count: number): readonly User[] {
    return users(count, {
      runId: this.#runtime.context.runId,
      prefix: `${this.#planned.id.toLowerCase()}-u`,
    });
  }

  /** A valid token of a user. @throws {HarnessError} `TOKEN_REFUSED` or what kept the source from answering. */
  async token(user: User): Promise<Token> {
    return this.#runtime.tokens.tokenFor(user, { signal: this.signal, recorder: this.recorder });
  }

  /** A token with one deliberate defect. @throws {HarnessError} `CAPABILITY_MISSING` when the settings cannot make it. */
  async negativeToken(name: NegativeTokenName, user: User): Promise<Token> {
    return this.#runtime.negatives.tokenFor(name, user, { signal: this.signal, recorder: this.recorder });
  }

  /** The valid token that is made in the same way as a negative one: its positive control. */
  async controlToken(name: NegativeTokenName, user: User): Promise<Token> {
    return this.#runtime.negatives.controlFor(name, user, { signal: this.signal, recorder: this.recorder });
  }

  /** Sends one request and returns whatever came of it. */
  async request(method: HttpMethod, path: string, options: RequestOptions = {}): Promise<HttpResult> {
    return this.#client(options).request({
      method,
      path,
      budgetMs: options.budgetMs ?? this.budgets.health.failMs ?? 30_000,
      signal: this.signal,
      recorder: this.recorder,
      ...(options.token === undefined ? {} : { token: options.token }),
      ...(options.json === undefined ? {} : { json: options.json }),
      ...(options.scheme === undefined ? {} : { scheme: options.scheme }),
    });
  }

  #client({ target = 'backend', onOneConnection = false }: RequestOptions): HttpClient {
    if (onOneConnection) {
      if (this.#ownClient === null) {
        this.#ownClient = this.#runtime.clientOf(this.settings.backendUrl, { maxConnections: 1 });
        this.#open.push(this.#ownClient);
      }
      return this.#ownClient;
    }
    switch (target) {
      case 'backend':
        return this.#runtime.backend;
      case 'auth':
        return this.#runtime.auth;
      case 'twin-backend':
        return this.#runtime.twinBackend();
      default:
        return assertNever(target);
    }
  }

  /** The production-like target that is configured; checks that need it are skipped without one. */
  get productionTwin(): ProductionTwin {
    const { productionTwin } = this.settings;
    if (productionTwin === null) throw new TypeError('expected a check with the capability production-twin');
    return productionTwin;
  }

  /** Attempts a bypass exchange at the target or its twin; whatever is answered is a result (wire-contract.md §1.11). */
  async exchange(
    user: User,
    key: ExchangeKey,
    at: 'target' | 'production-twin' = 'target',
  ): Promise<ExchangeAnswer> {
    return this.#runtime.exchangeAt(at, this.recorder).attempt(user, key, this.signal);
  }

  /** True when the keys at hand can make a token with this defect. */
  canMake(bad: NegativeTokenName | 'no token'): boolean {
    return bad === 'no token' || this.#runtime.negatives.available.includes(bad);
  }

  /** A valid token of ours that expires at this time, in epoch seconds. @throws {HarnessError} `CAPABILITY_MISSING` */
  async expiringToken(user: User, expiresAtSec: number): Promise<Token> {
    return this.#runtime.negatives.expiringFor(user, expiresAtSec, {
      signal: this.signal,
      recorder: this.recorder,
    });
  }

  /** Records that this token was used. */
  recordToken(token: Token): void {
    recordToken(this.recorder, token);
  }

  /** Wall time in epoch milliseconds, which is what claims are about. */
  wallMs(): number {
    return this.#runtime.ledger.wallMs();
  }

  /** Waits for the next free place in the row of refusals that a target with a request limit is spared from. */
  async refusalTurn(): Promise<void> {
    await this.#runtime.refusals.turn(this.signal);
  }

  /** Sends one request that must be answered. @throws {HarnessError} `HTTP_FAILED` when it was not: nothing can be judged then. */
  async answered(method: HttpMethod, path: string, options: RequestOptions = {}): Promise<AnsweredResult> {
    const result = await this.request(method, path, options);
    if (result.kind === 'answered') return result;
    const what = result.kind === 'censored' ? `no answer within ${result.budgetMs} ms` : result.cause;
    throw new HarnessError(
      'HTTP_FAILED',
      `expected an answer to ${method} ${path}, got: ${what} (phase ${result.phase})`,
      {
        next: 'Check that the service is still running.',
      },
    );
  }

  /** Attempts one opening handshake; the connection is closed at the end of the check. */
  async connect(options: ConnectOptions): Promise<HandshakeResult> {
    const { settings, context, preflight } = this.#runtime;
    const base = options.url ?? settings.websocketUrl;
    const url = options.path === undefined ? base : new URL(options.path, base).href;
    await this.#runtime.pace.turn(this.signal);
    const result = await openConnection({
      url,
      token: options.token,
      authTransport: options.token === null ? 'none' : (options.transport ?? preflight.authTransport),
      runId: context.runId,
      environment: settings.marker,
      origin: settings.websocketOrigin,
      cookies: this.#runtime.backend.cookies,
      recorder: this.recorder,
      secrets: this.#runtime.secrets,
      budgetMs: this.budgets.connect.failMs ?? 10_000,
      limits: { closeBudgetMs: closeBudgetMs(settings.timeScale) },
      signal: this.signal,
      ...(options.extraSubprotocols === undefined ? {} : { extraSubprotocols: options.extraSubprotocols }),
      ...(options.firstMessage === undefined ? {} : { firstMessage: options.firstMessage }),
      ...(context.caPem === null ? {} : { caPem: context.caPem }),
    });
    if (result.kind === 'open') this.#open.push(result.connection);
    return result;
  }

  /** Sends one opening handshake as it is told, correct or not, over the Authorization header. */
  async upgrade(options: {
    readonly token: Token | null;
    readonly headers?: Readonly<Record<string, string | null>>;
  }): Promise<UpgradeAnswer> {
    const { settings, context } = this.#runtime;
    await this.#runtime.pace.turn(this.signal);
    return probeUpgrade({
      ...options,
      url: settings.websocketUrl,
      runId: context.runId,
      recorder: this.recorder,
      secrets: this.#runtime.secrets,
      budgetMs: this.budgets.connect.failMs ?? 10_000,
      signal: this.signal,
      ...(context.caPem === null ? {} : { caPem: context.caPem }),
    });
  }

  /**
   * Opens a connection as a user, waits for its welcome and answers the session handshake.
   * A refusal, a close or silence is recorded as a violation and ends the body.
   */
  async session(user: User, options: Omit<ConnectOptions, 'token'> = {}): Promise<Session> {
    return openSession(this, user, options);
  }

  /** Opens a session for each user, all at once. */
  async sessions(list: readonly User[]): Promise<readonly Session[]> {
    return Promise.all(list.map(async (user) => this.session(user)));
  }

  /** Records whether these sessions were open at the same moment, and these turns under way; true when they were. */
  recordOverlap(sessions: readonly Session[], turns: readonly TurnTimes[] | null = null): boolean {
    return recordOverlap(this, sessions, turns);
  }

  /** Creates a thread of a user over the API; it is removed at the end of the check. */
  async createThread(owner: User, title: string): Promise<Thread> {
    const token = await this.token(owner);
    const thread = expectBody(
      this,
      'thread',
      await this.answered('POST', '/api/threads', { token, json: { title } }),
    );
    this.#open.push({ [Symbol.asyncDispose]: async () => this.#removeThread(thread.id, token) });
    return thread;
  }

  /** What a run leaves behind is said, never judged; the request is none of the check's observations. */
  async #removeThread(id: string, token: Token): Promise<void> {
    const result = await this.#runtime.backend.request({
      method: 'DELETE',
      path: `/api/threads/${id}`,
      token,
      budgetMs: this.budgets.health.warnMs ?? 10_000,
      signal: AbortSignal.timeout(15_000),
      recorder: this.#runtime.ledger.recorder(null),
    });
    const isGone = result.kind === 'answered' && (result.status === 200 || result.status === 404);
    if (!isGone) this.warn(`thread ${id} of this check could not be removed`);
  }

  /** Runs one chat turn on a session. */
  async turn(session: Session, options: TurnOptions): Promise<ChatTurn> {
    return chatTurn(session.connection, {
      prompt: options.prompt,
      threadId: options.threadId ?? session.threadId,
      requireTools: options.requireTools ?? false,
      budgets: this.#runtime.nominalBudgets,
      timeScale: this.settings.timeScale,
      budgetFloorMs: BUDGET_FLOOR_MS,
      dialect: this.settings.embedded ? 'canonical' : 'tolerant',
      signal: this.signal,
      ...(options.graceMs === undefined ? {} : { graceMs: options.graceMs }),
      ...(options.context === undefined ? {} : { context: options.context }),
      ...(options.extra === undefined ? {} : { extra: options.extra }),
      ...(options.form === undefined ? {} : { form: options.form }),
    });
  }

  /**
   * Does something once for all checks of this worker; its records are adopted by each that asks.
   * @throws {HarnessError} `BLOCKED` when the check that did it stopped at a violation: the red is counted there.
   */
  async shared<T>(name: string, create: () => Promise<T>): Promise<T> {
    const work = this.#runtime.shared(name, this.#planned.id, create, () => this.recorder.seen());
    const isOwner = work.owner === this.#planned.id;
    try {
      const value = await work.value;
      if (!isOwner) this.adopt(work.evidence());
      return value;
    } catch (error) {
      if (isOwner || !(error instanceof CheckStopped)) throw error;
      throw new HarnessError('BLOCKED', `the ${name} of ${work.owner} stopped at a violation`, {
        details: { by: work.owner },
        next: `Mend ${work.owner} first.`,
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#open.map(async (resource) => resource[Symbol.asyncDispose]()));
  }
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
}
