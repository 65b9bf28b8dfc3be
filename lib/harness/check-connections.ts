import type { Token } from '../auth/token.ts';
import type { BrowserPart } from '../contract/browser-opening.ts';
import { BUDGET_FLOOR_MS } from '../contract/budget.ts';
import type { AuthTransport } from '../evidence/evidence.ts';
import { chatTurn } from '../ws/chat-turn.ts';
import type { Connection } from '../ws/connection.ts';
import { closeBudgetMs } from '../ws/connection-limits.ts';
import type { HandshakeResult } from '../ws/handshake.ts';
import { openConnection } from '../ws/opening-handshake.ts';
import type { ChatTurn } from '../ws/turn.ts';
import { probeUpgrade, type UpgradeAnswer } from '../ws/upgrade-probe.ts';
import { browserOpening } from './browser-identity.ts';
import type { CheckAttempt } from './check-attempt.ts';

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
  /** Parts of a browser's opening that it carries. Default: none but the Origin of the settings. */
  readonly browserParts?: readonly BrowserPart[];
}

export interface UpgradeOptions {
  readonly token: Token | null;
  /** Headers that stand in for ours; null leaves one out. */
  readonly headers?: Readonly<Record<string, string | null>>;
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

/** The WebSocket connections of a check, and the turns on them. */
export class CheckConnections {
  readonly #attempt: CheckAttempt;

  constructor(attempt: CheckAttempt) {
    this.#attempt = attempt;
  }

  async connect(options: ConnectOptions): Promise<HandshakeResult> {
    const { runtime, recorder, signal, keep } = this.#attempt;
    const { settings, context, preflight } = runtime;
    const base = options.url ?? settings.websocketUrl;
    const url = options.path === undefined ? base : new URL(options.path, base).href;
    await runtime.pace.turn(signal);
    const result = await openConnection({
      url,
      token: options.token,
      authTransport: options.token === null ? 'none' : (options.transport ?? preflight.authTransport),
      runId: context.runId,
      environment: settings.marker,
      origin: settings.websocketOrigin,
      cookies: runtime.backend.cookies,
      recorder,
      secrets: runtime.secrets,
      canaries: runtime.canaries,
      budgetMs: runtime.budgets.connect.failMs ?? 10_000,
      limits: { closeBudgetMs: closeBudgetMs(settings.timeScale) },
      signal,
      ...browserOpening(settings, options.browserParts ?? []),
      ...(options.extraSubprotocols === undefined ? {} : { extraSubprotocols: options.extraSubprotocols }),
      ...(options.firstMessage === undefined ? {} : { firstMessage: options.firstMessage }),
      ...(context.caPem === null ? {} : { caPem: context.caPem }),
    });
    if (result.kind === 'open') keep(result.connection);
    return result;
  }

  async upgrade(options: UpgradeOptions): Promise<UpgradeAnswer> {
    const { runtime, recorder, signal } = this.#attempt;
    const { settings, context } = runtime;
    await runtime.pace.turn(signal);
    return probeUpgrade({
      ...options,
      url: settings.websocketUrl,
      runId: context.runId,
      recorder,
      secrets: runtime.secrets,
      canaries: runtime.canaries,
      budgetMs: runtime.budgets.connect.failMs ?? 10_000,
      signal,
      ...(context.caPem === null ? {} : { caPem: context.caPem }),
    });
  }

  async turn(
    { connection, threadId }: { readonly connection: Connection; readonly threadId: string | null },
    options: TurnOptions,
  ): Promise<ChatTurn> {
    const { runtime, signal } = this.#attempt;
    const turn = await chatTurn(connection, {
      prompt: options.prompt,
      threadId: options.threadId ?? threadId,
      requireTools: options.requireTools ?? false,
      budgets: runtime.nominalBudgets,
      timeScale: runtime.settings.timeScale,
      budgetFloorMs: BUDGET_FLOOR_MS,
      dialect: runtime.settings.embedded ? 'canonical' : 'tolerant',
      signal,
      ...(options.graceMs === undefined ? {} : { graceMs: options.graceMs }),
      ...(options.context === undefined ? {} : { context: options.context }),
      ...(options.extra === undefined ? {} : { extra: options.extra }),
      ...(options.form === undefined ? {} : { form: options.form }),
    });
    runtime.answers.note(options.prompt, turn);
    return turn;
  }
}
