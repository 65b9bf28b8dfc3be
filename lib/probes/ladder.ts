import type { Evidence } from '../evidence/evidence.ts';
import type { Ledger } from '../evidence/ledger.ts';
import type { RungResult } from '../evidence/run-record.ts';
import { HarnessError, type HarnessErrorCode } from '../foundation/errors.ts';
import { RULES } from '../contract/rule.ts';
import { chatTurnRung } from './chat-turn-rung.ts';
import type { Climb, RungOutcome } from './climb.ts';
import { livenessRung } from './liveness-rung.ts';
import { openingHandshakeRung } from './opening-handshake-rung.ts';
import { revisionRung } from './revision-rung.ts';
import { RUNG_DESCRIPTIONS, RUNGS, type RungName } from './rung.ts';
import {
  clockRung,
  environmentRung,
  healthRung,
  readinessRung,
  websocketHealthRung,
} from './service-rungs.ts';
import { tokenRung } from './token-rung.ts';
import { dnsRung, transportRung } from './transport-rungs.ts';
import { welcomeRung } from './welcome-rung.ts';

const CLIMBERS: Readonly<Record<RungName, (climb: Climb) => Promise<RungOutcome>>> = {
  dns: dnsRung,
  transport: transportRung,
  health: healthRung,
  clock: clockRung,
  environment: environmentRung,
  readiness: readinessRung,
  'websocket-health': websocketHealthRung,
  revision: revisionRung,
  token: tokenRung,
  'opening-handshake': openingHandshakeRung,
  welcome: welcomeRung,
  liveness: livenessRung,
  'chat-turn': chatTurnRung,
};

/** Who wants to know how the climb goes. */
export interface LadderWatch {
  readonly started?: (rung: RungName) => void;
  readonly ended?: (result: RungResult) => void;
}

/**
 * Climbs the ladder once. A rung that does not hold blocks those that stand on it, under its own name;
 * independent ones are still asked. Everything sent is recorded for the run, not for a check.
 */
export async function climbLadder(
  climb: Climb,
  ledger: Ledger,
  watch: LadderWatch = {},
): Promise<{ readonly rungs: readonly RungResult[]; readonly evidence: readonly Evidence[] }> {
  const results = new Map<RungName, RungResult>();
  const evidence: Evidence[] = [];
  for (const rung of orderOf(climb)) {
    const recorder = ledger.recorder(null);
    climb.recorders.push(recorder);
    const startedAt = recorder.now();
    const blocker = RUNG_DESCRIPTIONS[rung].needs
      .map((need) => results.get(need))
      .find((result) => result !== undefined && result.state !== 'held' && result.state !== 'not-applicable');
    let result: RungResult;
    const { capability } = RUNG_DESCRIPTIONS[rung];
    if (capability !== null && climb.missingCapabilities.includes(capability)) {
      const outcome = {
        state: 'not-applicable',
        actual: `the policy declares ${capability} missing`,
      } as const;
      const leftOut = resultOf(rung, outcome, 0, []);
      results.set(rung, leftOut);
      watch.ended?.(leftOut);
      continue;
    }
    if (blocker === undefined) {
      climb.recorder = recorder;
      watch.started?.(rung);
      const outcome = await climbOne(climb, rung);
      const elapsedMs = Math.round((recorder.now() - startedAt) * 1_000) / 1_000;
      recorder.record({
        kind: 'preflight.rung',
        rung,
        state: outcome.state,
        text: outcome.actual,
        elapsedMs,
      });
      result = resultOf(
        rung,
        outcome,
        elapsedMs,
        recorder.seen().map(({ id }) => id),
      );
    } else {
      result = blockedBy(rung, blocker);
    }
    results.set(rung, result);
    evidence.push(...recorder.seen());
    watch.ended?.(result);
  }
  ledger.flush();
  const rungs = RUNGS.flatMap((rung) => results.get(rung) ?? []);
  return { rungs, evidence };
}

/** Behaviours are judged by what the other rungs have seen, so the rung that judges them is climbed last. */
function orderOf({ fingerprint }: Climb): readonly RungName[] {
  return fingerprint === null ? RUNGS : [...RUNGS.filter((rung) => rung !== 'revision'), 'revision'];
}

/** A rung that could not be asked to its end is not decided; the rungs below it keep what they found. */
async function climbOne(climb: Climb, rung: RungName): Promise<RungOutcome> {
  try {
    return await CLIMBERS[rung](climb);
  } catch (error) {
    if (climb.signal.aborted || !(error instanceof HarnessError)) throw error;
    const expected = RUNG_DESCRIPTIONS[rung].title;
    // Twice the size that the contract allows is a promise broken; a count of ours is only our patience.
    if (error.code === 'LIMIT_EXCEEDED' && error.details['limit'] === 'message-bytes') {
      return { state: 'broken', rule: 'WS-MESSAGE-TOO-BIG', expected, actual: error.message };
    }
    if (error.code === 'LIMIT_EXCEEDED' && error.details['limit'] === 'control-frames') {
      return { state: 'broken', rule: 'WS-PING-FLOOD', expected, actual: error.message };
    }
    if (!UNANSWERED.has(error.code)) throw error;
    return {
      state: 'undecided',
      expected,
      actual: error.message,
      next: error.next ?? 'Look at the records of this rung.',
    };
  }
}

const UNANSWERED: ReadonlySet<HarnessErrorCode> = new Set([
  'CONNECTION_CLOSED',
  'DEADLINE_EXCEEDED',
  'HANDSHAKE_FAILED',
  'HTTP_FAILED',
  'LIMIT_EXCEEDED',
]);

function resultOf(
  rung: RungName,
  outcome: RungOutcome,
  elapsedMs: number,
  evidence: readonly string[],
): RungResult {
  const { title, owner } = RUNG_DESCRIPTIONS[rung];
  const base = {
    rung,
    title,
    owner,
    state: outcome.state,
    blockedBy: null,
    actual: outcome.actual,
    warnings: 'warnings' in outcome ? [...(outcome.warnings ?? [])] : [],
    elapsedMs,
    evidence: [...evidence],
  };
  switch (outcome.state) {
    case 'held':
    case 'not-applicable':
      return { ...base, expected: title, next: '', rule: null };
    case 'broken':
      return { ...base, expected: outcome.expected, next: RULES[outcome.rule].nextStep, rule: outcome.rule };
    case 'undecided':
      return { ...base, expected: outcome.expected, next: outcome.next, rule: null };
  }
}

function blockedBy(rung: RungName, blocker: RungResult): RungResult {
  const { title, owner } = RUNG_DESCRIPTIONS[rung];
  const root = blocker.blockedBy ?? blocker.rung;
  return {
    rung,
    title,
    owner,
    state: 'blocked',
    blockedBy: root,
    expected: title,
    actual: `not asked: ${root} does not hold`,
    next: `Mend ${root} first.`,
    rule: null,
    warnings: [],
    elapsedMs: 0,
    evidence: [],
  };
}
