import type { NegativeTokenName } from '../auth/negative-token-name.ts';
import type { Token } from '../auth/token.ts';
import type { RuleId } from '../contract/rule.ts';
import { type AttemptOutcome, classifyRefusal } from '../contract/refusal.ts';
import { delay } from '../foundation/deadline.ts';
import { HarnessError } from '../foundation/errors.ts';
import type { Leak } from '../http/leak.ts';
import { describeClose } from '../probes/session-rungs.ts';
import { awaitWelcome } from '../ws/welcome.ts';
import type { Severity } from '../evidence/verdict.ts';
import { check } from './check.ts';
import type { CheckContext } from './check-context.ts';
import type { CheckId } from './check-definition.ts';

/** What an attempt with a bad token led to. */
interface RefusalAttempt {
  readonly outcome: AttemptOutcome;
  readonly text: string;
  readonly evidence: string;
  /** Secrets that the target sent back while refusing. */
  readonly leaks: readonly Leak[];
}

/** Declares that a bad token is refused as the target declares; refusals run one at a time, each followed by its control. */
export function refusalCheck(
  id: CheckId,
  bad: NegativeTokenName | 'no token',
  acceptedRule: RuleId,
  severity: Severity,
  needs: readonly CheckId[] = [],
): void {
  const what = bad === 'no token' ? 'no token' : `a token that is ${bad}`;
  check(
    {
      id,
      title: `a connection with ${what} is refused in the declared form, and one with a valid token is not`,
      severity,
      owner: 'auth',
      requires: ['control.accepted'],
      needs: ['clock', 'welcome', ...needs],
      lane: 'refusals',
      requests: 3,
    },
    async (t) => refuses(t, bad, acceptedRule),
  );
}

/** Agreeing on a token-bearing subprotocol means repeating it (RFC 6455 §4.2.2): allowed where no other carrier works. */
const ECHOED_SUBPROTOCOL = 'header sec-websocket-protocol';

/** Requires that a refused and an accepted connection, and a refused request, send no part of a token back. */
export async function echoesNothing(t: CheckContext): Promise<void> {
  const user = t.user();
  const bad = await t.negativeToken('wrong-signature', user);
  const refused = await attemptRefusal(t, bad);
  const accepted = await attemptRefusal(t, await t.token(user));
  const request = await t.answered('GET', '/api/threads', { token: bad });
  for (const [where, leaks, evidence] of [
    ['refused connection', refused.leaks, refused.evidence],
    ['accepted connection', accepted.leaks, accepted.evidence],
    ['refused request', request.leaks, request.evidence],
  ] as const) {
    for (const leak of leaks) {
      if (leak.where === ECHOED_SUBPROTOCOL) {
        t.warn(
          'the 101 response repeats a token as the agreed subprotocol (wire-contract.md §2.3): proxies may log it',
        );
        continue;
      }
      t.expectThat(false, 'SEC-TOKEN-ECHO', {
        where: `${where}, ${leak.where}`,
        expected: 'no part of a token',
        actual: `at least 8 characters of ${leak.secret}`,
        evidence: [evidence],
      });
    }
  }
}

/**
 * Requires that a connection with this token is refused in the one form that the target declares
 * (design.md §13.7), and that the same path and client with a valid token are accepted: without that
 * control a refusal proves nothing (law 4).
 */
async function refuses(
  t: CheckContext,
  bad: NegativeTokenName | 'no token',
  acceptedRule: RuleId,
): Promise<void> {
  const user = t.user();
  const token = bad === 'no token' ? null : await t.negativeToken(bad, user);
  const attempt = await attemptPastBreaker(t, token, bad);
  const classified = classifyRefusal(attempt.outcome);
  if (attempt.outcome.kind === 'failed') {
    throw new HarnessError(
      'HANDSHAKE_FAILED',
      `expected an answer to a connection with ${bad}, got: ${attempt.text}`,
    );
  }
  const declared = t.settings.refusalForm;
  const where = `connection with ${bad}`;
  if (classified.form === null) {
    const accepted = attempt.outcome.kind === 'open';
    t.expectThat(false, accepted ? acceptedRule : 'WS-REFUSAL-FORM', {
      where,
      expected: `refused as ${declared}`,
      actual: accepted ? `accepted: ${attempt.text}` : `${attempt.text} (${classified.why})`,
      evidence: [attempt.evidence],
    });
  } else {
    t.note(classified.form);
    t.expectThat(classified.form === declared, 'WS-REFUSAL-FORM', {
      where,
      expected: `refused as ${declared}`,
      actual: `refused as ${classified.form}: ${attempt.text}`,
      evidence: [attempt.evidence],
    });
  }
  await positiveControl(t, where, bad);
}

/** Longest time that an open breaker is waited for, at time scale 1 (requirements.md Part C: 15 s). */
const BREAKER_WAIT_MS = 20_000;

/**
 * Attempts a refusal; where a breaker that earlier refusals opened answers instead (HTTP 503), waits for it once.
 * @throws {HarnessError} `HANDSHAKE_REFUSED` when it stays open: what a bad token does was not seen then.
 */
async function attemptPastBreaker(
  t: CheckContext,
  token: Token | null,
  bad: NegativeTokenName | 'no token',
): Promise<RefusalAttempt> {
  const first = await attemptRefusal(t, token);
  if (!isBreaker(first)) return first;
  const waitMs = BREAKER_WAIT_MS * t.settings.timeScale;
  t.warn(`HTTP 503 instead of a refusal: earlier refusals had opened the breaker; waited ${waitMs} ms`);
  await delay(waitMs, t.signal);
  const second = await attemptRefusal(t, token);
  if (!isBreaker(second)) return second;
  throw new HarnessError(
    'HANDSHAKE_REFUSED',
    `expected a connection with ${bad} to be judged, got HTTP 503 twice`,
    {
      next: 'The breaker of the target is open: wait, and let no other run refuse tokens meanwhile.',
    },
  );
}

function isBreaker({ outcome }: RefusalAttempt): boolean {
  return outcome.kind === 'refused' && outcome.status === 503;
}

/** Proves that the same path and client are accepted with a valid token of the same user. */
async function positiveControl(
  t: CheckContext,
  of: string,
  bad: NegativeTokenName | 'no token',
): Promise<void> {
  const user = t.user('control');
  const token = bad === 'no token' ? await t.token(user) : await t.controlToken(bad, user);
  const control = await attemptRefusal(t, token);
  const accepted = control.outcome.kind === 'open';
  t.record({ kind: 'control', of, accepted, text: control.text });
  if (accepted) return;
  t.stopIfBroken();
  throw new HarnessError(
    'CONTROL_MISSING',
    `expected a valid token to be accepted where ${of} was refused, got: ${control.text}`,
    {
      next: 'A target that refuses everybody proves nothing about bad tokens.',
    },
  );
}

/** Opens a connection with a token and waits for what decides it: a welcome, or the end. */
async function attemptRefusal(t: CheckContext, token: Token | null): Promise<RefusalAttempt> {
  const result = await t.connect({ token });
  const { evidence } = result;
  switch (result.kind) {
    case 'refused':
      return {
        outcome: { kind: 'refused', status: result.status },
        text: `HTTP ${result.status}`,
        evidence,
        leaks: result.leaks,
      };
    case 'failed':
      return {
        outcome: { kind: 'failed', phase: result.phase, cause: result.cause },
        text: result.cause,
        evidence,
        leaks: [],
      };
    case 'censored':
      return {
        outcome: { kind: 'failed', phase: result.phase, cause: `no answer within ${result.budgetMs} ms` },
        text: `no answer within ${result.budgetMs} ms`,
        evidence,
        leaks: [],
      };
    case 'open':
      break;
  }
  const { connection } = result;
  const budgetMs = t.budgets.welcome.failMs ?? 5_000;
  const welcome = await awaitWelcome(connection, { budgetMs, signal: t.signal });
  switch (welcome.kind) {
    case 'welcome': {
      const { userId } = welcome.welcome;
      const leaks = [...connection.leaks];
      await connection.close();
      return { outcome: { kind: 'open' }, text: `a welcome as ${userId ?? 'nobody named'}`, evidence, leaks };
    }
    case 'silence':
      return {
        outcome: { kind: 'open' },
        text: `open, and silent for ${budgetMs} ms`,
        evidence,
        leaks: connection.leaks,
      };
    case 'closed':
    case 'error-first': {
      const { closed } = welcome;
      if (closed === null) {
        return {
          outcome: { kind: 'open' },
          text: 'an error frame, and the connection stayed open',
          evidence,
          leaks: connection.leaks,
        };
      }
      const errorFrameBefore = welcome.kind === 'error-first';
      const frame = welcome.kind === 'error-first' ? `error frame ${welcome.error.code ?? '-'}, then ` : '';
      return {
        outcome: {
          kind: 'closed',
          code: closed.code,
          reason: closed.reason,
          errorFrameBefore,
          welcomed: false,
        },
        text: `${frame}${describeClose(closed)}`,
        evidence,
        leaks: connection.leaks,
      };
    }
  }
}
