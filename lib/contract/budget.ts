/** One time budget; a null limit means that the promise has none of that kind. */
export interface Budget {
  /** Above it a check passes with a warning. */
  readonly warnMs: number | null;
  /** Above it the promise is broken. */
  readonly failMs: number | null;
  /** Longest wait of a client before the value is censored: "no answer within hardMs", never "down". */
  readonly hardMs: number | null;
  /** Row of requirements.md Part A or C, or section of wire-contract.md. */
  readonly source: string;
}

/** Default budgets of a target at time scale 1 (requirements.md Part C, design.md §13.9). */
export const BUDGETS = {
  health: { warnMs: 10_000, failMs: 30_000, hardMs: 45_000, source: 'Part C, HTTP health budget' },
  readiness: { warnMs: 5_000, failMs: 10_000, hardMs: 45_000, source: 'Part C, readiness elapsed' },
  connect: { warnMs: 5_000, failMs: 10_000, hardMs: null, source: 'Part C, WS connect' },
  welcome: { warnMs: null, failMs: 5_000, hardMs: null, source: 'Part C, welcome' },
  handshake: { warnMs: null, failMs: 2_000, hardMs: null, source: 'wire-contract.md §12' },
  pong: { warnMs: null, failMs: 5_000, hardMs: null, source: 'wire-contract.md §7.5, PING 5' },
  firstEvent: { warnMs: 5_000, failMs: 15_000, hardMs: null, source: 'Part C, first agent event' },
  eventGap: { warnMs: 20_000, failMs: 90_000, hardMs: null, source: 'Part C, max gap; design.md §13.9' },
  turn: { warnMs: 60_000, failMs: 90_000, hardMs: null, source: 'Part C, all five events' },
  reconnect: { warnMs: 3_000, failMs: 5_000, hardMs: null, source: 'Part C, reconnect' },
  // Over a network the limits of a local service are allowed five times over (Part C, "×5").
  apiP50: { warnMs: 100, failMs: 500, hardMs: null, source: 'Part C, API p50' },
  apiP95: { warnMs: 500, failMs: 2_500, hardMs: null, source: 'Part C, API p95' },
  apiP99: { warnMs: 1_000, failMs: 5_000, hardMs: null, source: 'Part C, API p99' },
  threadCreate: { warnMs: 500, failMs: 2_500, hardMs: null, source: 'Part A, S1-21' },
  messageBatch: { warnMs: 2_000, failMs: 10_000, hardMs: null, source: 'Part A, S1-22 (10 messages)' },
  messageStore: { warnMs: 300, failMs: 1_500, hardMs: null, source: 'Part A, S1-23' },
  messageRead: { warnMs: 1_000, failMs: 5_000, hardMs: null, source: 'Part A, S1-24' },
} as const satisfies Readonly<Record<string, Budget>>;

/** What a silence in a turn above its first limit is: worth a warning, or a broken promise. */
export const SILENCES = ['warn', 'strict'] as const;
export type SilenceRule = (typeof SILENCES)[number];

/** The budgets of a target whose policy tolerates long silences inside a turn, or does not. */
export function budgetsOf(silence: SilenceRule): Budgets {
  if (silence === 'warn') return BUDGETS;
  const { eventGap } = BUDGETS;
  // A turn that goes on later is still waited for: how long it was silent is then known.
  return { ...BUDGETS, eventGap: { ...eventGap, failMs: eventGap.warnMs, hardMs: eventGap.failMs } };
}

/** Floor of a scaled budget, in milliseconds: below it the noise of a busy machine would be reported as the target's. */
export const BUDGET_FLOOR_MS = 250;

export type BudgetName = keyof typeof BUDGETS;
export type Budgets = Readonly<Record<BudgetName, Budget>>;

/** Waits of ours, from the inmost to the outmost; each must end before the next gives up (requirements.md R-20). */
export interface TimeoutHierarchy {
  readonly agentMs: number;
  readonly wsReceiveMs: number;
  readonly checkMs: number;
  readonly runMs: number;
}

/** Default waits: an agent is waited for as long as the turn budget promises, else every slow turn would be censored. */
export const TIMEOUT_HIERARCHY: TimeoutHierarchy = {
  agentMs: 90_000,
  wsReceiveMs: 95_000,
  checkMs: 120_000,
  runMs: 1_800_000,
};

/**
 * Multiplies every limit by `timeScale`; no limit falls below `floorMs` (default 0) unless it was below before.
 * @throws {RangeError} when `timeScale` is not a positive finite number.
 */
export function scaleBudgets(budgets: Budgets, timeScale: number, floorMs = 0): Budgets {
  assertScale(timeScale);
  if (timeScale === 1) return budgets;
  const scale = (limitMs: number | null): number | null =>
    limitMs === null ? null : Math.max(limitMs * timeScale, Math.min(limitMs, floorMs));
  const scaleOne = (budget: Budget): Budget => ({
    warnMs: scale(budget.warnMs),
    failMs: scale(budget.failMs),
    hardMs: scale(budget.hardMs),
    source: budget.source,
  });
  return {
    health: scaleOne(budgets.health),
    readiness: scaleOne(budgets.readiness),
    connect: scaleOne(budgets.connect),
    welcome: scaleOne(budgets.welcome),
    handshake: scaleOne(budgets.handshake),
    pong: scaleOne(budgets.pong),
    firstEvent: scaleOne(budgets.firstEvent),
    eventGap: scaleOne(budgets.eventGap),
    turn: scaleOne(budgets.turn),
    reconnect: scaleOne(budgets.reconnect),
    apiP50: scaleOne(budgets.apiP50),
    apiP95: scaleOne(budgets.apiP95),
    apiP99: scaleOne(budgets.apiP99),
    threadCreate: scaleOne(budgets.threadCreate),
    messageBatch: scaleOne(budgets.messageBatch),
    messageStore: scaleOne(budgets.messageStore),
    messageRead: scaleOne(budgets.messageRead),
  };
}

/** How a measured value stands to its budget; a value equal to a limit is within it. */
export type BudgetStanding = 'within' | 'warn' | 'fail';

/** Judges `valueMs` against one budget. */
export function judgeBudget(budget: Budget, valueMs: number): BudgetStanding {
  if (budget.failMs !== null && valueMs > budget.failMs) return 'fail';
  if (budget.warnMs !== null && valueMs > budget.warnMs) return 'warn';
  return 'within';
}

const LEVELS = [
  'agentMs',
  'wsReceiveMs',
  'checkMs',
  'runMs',
] as const satisfies readonly (keyof TimeoutHierarchy)[];

/**
 * Lists what is wrong with the waits: an inner wait that does not end before the outer one, or an agent wait below the
 * turn budget, which would censor a slow turn instead of judging it. Empty when the hierarchy holds (R-20, ruling 9).
 */
export function lintTimeouts(waits: TimeoutHierarchy, budgets: Budgets): readonly string[] {
  const problems: string[] = [];
  for (let level = 1; level < LEVELS.length; level += 1) {
    const inner = LEVELS[level - 1];
    const outer = LEVELS[level];
    if (inner === undefined || outer === undefined) continue;
    // Written so that NaN is a problem too.
    if (!(waits[inner] < waits[outer])) {
      problems.push(`expected ${inner} below ${outer}, got ${waits[inner]} and ${waits[outer]}`);
    }
  }
  const promiseMs = budgets.turn.failMs;
  if (promiseMs !== null && !(waits.agentMs >= promiseMs)) {
    problems.push(`expected agentMs of at least the turn budget ${promiseMs}, got ${waits.agentMs}`);
  }
  return problems;
}

function assertScale(timeScale: number): void {
  if (!Number.isFinite(timeScale) || timeScale <= 0) {
    throw new RangeError(`expected a positive time scale, got ${timeScale}`);
  }
}
