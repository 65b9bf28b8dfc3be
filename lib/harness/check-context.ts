import type { ExchangeAnswer, ExchangeKey } from '../auth/bypass-exchange.ts';
import type { NegativeTokenName } from '../auth/negative-token-name.ts';
import type { Token } from '../auth/token.ts';
import { recordToken } from '../auth/token-record.ts';
import type { User } from '../auth/user.ts';
import type { Settings } from '../config/settings.ts';
import type { ProductionTwin } from '../config/target-reading.ts';
import type { Thread } from '../contract/api.ts';
import type { Generation } from '../contract/behaviour.ts';
import type { Budgets } from '../contract/budget.ts';
import type { Capability } from '../contract/capability.ts';
import type { RuleId } from '../contract/rule.ts';
import type { Violation } from '../contract/violation.ts';
import type { Evidence, EvidenceBody } from '../evidence/evidence.ts';
import type { CheckRecorder } from '../evidence/ledger.ts';
import type { PlannedCheck } from '../evidence/plan.ts';
import type { RungResult } from '../evidence/run-record.ts';
import type { Verdict } from '../evidence/verdict.ts';
import type { Deadline } from '../foundation/deadline.ts';
import { HarnessError } from '../foundation/errors.ts';
import type { CanaryBook } from '../http/canary-book.ts';
import type { HttpMethod, HttpResult } from '../http/http-client.ts';
import type { HandshakeResult } from '../ws/handshake.ts';
import type { ChatTurn } from '../ws/turn.ts';
import type { UpgradeAnswer } from '../ws/upgrade-probe.ts';
import type { AnswerBook } from './answer-book.ts';
import type { CheckAttempt } from './check-attempt.ts';
import {
  CheckConnections,
  type ConnectOptions,
  type TurnOptions,
  type UpgradeOptions,
} from './check-connections.ts';
import { CheckFindings, type Expectation } from './check-findings.ts';
import { type AnsweredResult, CheckRequests, requireAnswer, type RequestOptions } from './check-requests.ts';
import { CheckTokens } from './check-tokens.ts';
import { CheckStopped } from './judgement.ts';
import { recordOverlap, type TurnTimes } from './leak-matrix.ts';
import { createThread } from './owned-thread.ts';
import type { Runtime } from './runtime.ts';
import { openSession, type Session } from './session.ts';

/**
 * What the body of a check works with. Everything it opens is recorded, bounded by the check's deadline, and closed at its
 * end. Each part is a noun of its own: what was found, requests, tokens, connections.
 */
export class CheckContext implements AsyncDisposable {
  readonly #attempt: CheckAttempt;
  readonly #findings: CheckFindings;
  readonly #requests: CheckRequests;
  readonly #tokens: CheckTokens;
  readonly #connections: CheckConnections;
  readonly #adopted: Evidence[] = [];
  readonly #kept: AsyncDisposable[] = [];
  readonly recorder: CheckRecorder;

  constructor(parts: {
    readonly runtime: Runtime;
    readonly planned: PlannedCheck;
    readonly recorder: CheckRecorder;
    readonly deadline: Deadline;
  }) {
    const { runtime, planned, recorder, deadline } = parts;
    this.recorder = recorder;
    this.#attempt = {
      runtime,
      planned,
      recorder,
      signal: deadline.signal,
      keep: (resource) => this.keep(resource),
    };
    this.#findings = new CheckFindings(recorder);
    this.#requests = new CheckRequests(this.#attempt);
    this.#tokens = new CheckTokens(this.#attempt);
    this.#connections = new CheckConnections(this.#attempt);
  }

  get signal(): AbortSignal {
    return this.#attempt.signal;
  }

  get settings(): Settings {
    return this.#attempt.runtime.settings;
  }

  /** Budgets of requirements.md Part C, scaled to the target. */
  get budgets(): Budgets {
    return this.#attempt.runtime.budgets;
  }

  /** The production-like target that is configured; checks that need it are skipped without one. */
  get productionTwin(): ProductionTwin {
    const { productionTwin } = this.settings;
    if (productionTwin === null) throw new TypeError('expected a check with the capability production-twin');
    return productionTwin;
  }

  /** True when the policy declares that the target lacks this. */
  lacks(capability: Capability): boolean {
    return this.#attempt.runtime.context.missingCapabilities.some(
      (missing) => missing.capability === capability,
    );
  }

  /** The generation whose behaviours must answer; null under a policy that does not judge by them. */
  get expectedGeneration(): Generation | null {
    return this.#attempt.runtime.context.fingerprint?.generation ?? null;
  }

  /** Wall time in epoch milliseconds, which is what claims are about. */
  wallMs(): number {
    return this.#attempt.runtime.ledger.wallMs();
  }

  get violations(): readonly Violation[] {
    return this.#findings.violations;
  }

  get warnings(): readonly string[] {
    return this.#findings.warnings;
  }

  get occurred(): string | null {
    return this.#findings.occurred;
  }

  /** True when an error only ended the body after a violation was recorded. */
  stopped(error: unknown): boolean {
    return this.#findings.stopped(error);
  }

  /** Records a violation of `rule` unless both values are deeply equal; the body goes on. */
  expectEqual(rule: RuleId, expectation: Expectation): void {
    this.#findings.expectEqual(rule, expectation);
  }

  /** Records a violation of `rule` unless the condition holds; the body goes on. */
  expectThat(holds: boolean, rule: RuleId, expectation: Expectation): void {
    this.#findings.expectThat(holds, rule, expectation);
  }

  /** Takes over violations that a verifier found. */
  report(found: readonly Violation[], evidence: readonly string[] = []): void {
    this.#findings.report(found, evidence);
  }

  /** Leaves the body when a violation was recorded: what would follow could not be judged. */
  stopIfBroken(): void {
    this.#findings.stopIfBroken();
  }

  /** Says something that a reader should know and that breaks no promise. */
  warn(text: string): void {
    this.#findings.warn(text);
  }

  /** Names which of the declared outcomes occurred. */
  note(occurred: string): void {
    this.#findings.note(occurred);
  }

  /** Records of this check, and those of shared work that it rests on. */
  seen(): readonly Evidence[] {
    return [...this.#adopted, ...this.recorder.seen()];
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
    const { runtime } = this.#attempt;
    const rung = runtime.rung(name);
    if (rung === null)
      throw new HarnessError(
        'RUNG_UNDECIDED',
        `expected the preflight ladder to have asked ${name}, got nothing`,
      );
    this.adopt(runtime.preflight.evidence.filter(({ id }) => rung.evidence.includes(id)));
    return rung;
  }

  /** The verdict of another check of this worker, once it has one; null when it gives none. */
  async verdictOf(id: string): Promise<Verdict | null> {
    return (await this.#attempt.runtime.verdictOf(id)) ?? null;
  }

  /** The first check of a suite of this worker that failed; null when none did. Waits for those that still run. */
  async failedOf(suite: string): Promise<string | null> {
    for (const { id, suite: of } of this.#attempt.runtime.context.plan) {
      if (of === suite && (await this.verdictOf(id)) === 'failed') return id;
    }
    return null;
  }

  /** 20 letters and digits that stand in no other run, for canaries and markers: the first 8 tell it. */
  canary(): string {
    return this.canaries.create();
  }

  /** What every user of this worker so far wrote, and who was told of it, in other checks too. */
  get canaries(): CanaryBook {
    return this.#attempt.runtime.canaries;
  }

  /** A user of this check only. */
  user(name = 'user'): User {
    return this.#tokens.user(name);
  }

  /** Distinct users of this check only. */
  users(count: number): readonly User[] {
    return this.#tokens.users(count);
  }

  /** A valid token of a user. @throws {HarnessError} `TOKEN_REFUSED` or what kept the source from answering. */
  async token(user: User): Promise<Token> {
    return this.#tokens.valid(user);
  }

  /** A token with one deliberate defect. @throws {HarnessError} `CAPABILITY_MISSING` when the settings cannot make it. */
  async negativeToken(name: NegativeTokenName, user: User): Promise<Token> {
    return this.#tokens.negative(name, user);
  }

  /** The valid token that is made in the same way as a negative one: its positive control. */
  async controlToken(name: NegativeTokenName, user: User): Promise<Token> {
    return this.#tokens.control(name, user);
  }

  /** A valid token of ours that expires at this time, in epoch seconds. @throws {HarnessError} `CAPABILITY_MISSING` */
  async expiringToken(user: User, expiresAtSec: number): Promise<Token> {
    return this.#tokens.expiring(user, expiresAtSec);
  }

  /** True when the keys at hand can make a token with this defect. */
  canMake(bad: NegativeTokenName | 'no token'): boolean {
    return this.#tokens.canMake(bad);
  }

  /** Attempts a bypass exchange at the target or its twin; whatever is answered is a result (wire-contract.md §1.11). */
  async exchange(
    user: User,
    key: ExchangeKey,
    at: 'target' | 'production-twin' = 'target',
  ): Promise<ExchangeAnswer> {
    return this.#tokens.exchange(user, key, at);
  }

  /** Records that this token was used. */
  recordToken(token: Token): void {
    recordToken(this.recorder, token);
  }

  /** Waits for the next free place in the row of refusals that a target with a request limit is spared from. */
  async refusalTurn(): Promise<void> {
    await this.#attempt.runtime.refusals.turn(this.signal);
  }

  /** Sends one request and returns whatever came of it. */
  async request(method: HttpMethod, path: string, options: RequestOptions = {}): Promise<HttpResult> {
    return this.#requests.request(method, path, options);
  }

  /**
   * Sends one request that must be answered. A body that ends before it is whole is recorded as a violation and ends the body of the
   * check. @throws {HarnessError} `HTTP_FAILED` when nothing answered: nothing can be judged then.
   */
  async answered(method: HttpMethod, path: string, options: RequestOptions = {}): Promise<AnsweredResult> {
    const result = await this.#requests.request(method, path, options);
    if (result.kind === 'failed' && result.phase === 'body') {
      this.expectThat(false, 'API-UNFINISHED', {
        where: `${method} ${path}`,
        expected: 'a whole body (RFC 9112 §8)',
        actual: `headers, and a body that was cut off: ${result.cause}`,
        evidence: [result.evidence],
      });
      this.stopIfBroken();
    }
    return requireAnswer(result, method, path);
  }

  /** Removes what this check made at a path, without making it one of its observations; false when it is still there. */
  async remove(path: string, token: Token): Promise<boolean> {
    return this.#requests.remove(path, token);
  }

  /** Attempts one opening handshake; the connection is closed at the end of the check. */
  async connect(options: ConnectOptions): Promise<HandshakeResult> {
    return this.#connections.connect(options);
  }

  /** Sends one opening handshake as it is told, correct or not, over the Authorization header. */
  async upgrade(options: UpgradeOptions): Promise<UpgradeAnswer> {
    return this.#connections.upgrade(options);
  }

  /**
   * Opens a connection as a user, waits for its welcome and answers the session handshake.
   * A refusal, a close or silence is recorded as a violation and ends the body.
   */
  async session(user: User, options: Omit<ConnectOptions, 'token'> = {}): Promise<Session> {
    return openSession(this, user, options);
  }

  /** What every turn of this worker so far asked and was answered, those of other checks included. */
  get answers(): AnswerBook {
    return this.#attempt.runtime.answers;
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
    return createThread(this, owner, title);
  }

  /** Runs one chat turn on a session. */
  async turn(session: Pick<Session, 'connection' | 'threadId'>, options: TurnOptions): Promise<ChatTurn> {
    return this.#connections.turn(session, options);
  }

  /**
   * Does something once for all checks of this worker; its records are adopted by each that asks.
   * @throws {HarnessError} `BLOCKED` when the check that did it stopped at a violation: the red is counted there.
   */
  async shared<T>(name: string, create: () => Promise<T>): Promise<T> {
    const { runtime, planned } = this.#attempt;
    const work = runtime.shared(name, planned.id, create, () => this.recorder.seen());
    const isOwner = work.owner === planned.id;
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

  /** Disposes of something at the end of the check. */
  keep(resource: AsyncDisposable): void {
    this.#kept.push(resource);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#kept.map(async (resource) => resource[Symbol.asyncDispose]()));
  }
}
