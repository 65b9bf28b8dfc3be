import { isDerived } from '../auth/negative-token.ts';
import { NEGATIVE_TOKEN_NAMES, type NegativeTokenName } from '../auth/negative-token-name.ts';
import type { Token } from '../auth/token.ts';
import type { User } from '../auth/user.ts';
import type { RuleId } from '../contract/rule.ts';
import { classifyRefusal } from '../contract/refusal.ts';
import type { Severity } from '../evidence/verdict.ts';
import { delay } from '../foundation/deadline.ts';
import { HarnessError } from '../foundation/errors.ts';
import { check } from './check.ts';
import type { CheckContext } from './check-context.ts';
import type { AnsweredResult } from './check-requests.ts';
import type { CheckId } from './check-definition.ts';
import {
  assertAnswered,
  attemptConnection,
  type AttemptOptions,
  type RefusalAttempt,
} from './refusal-attempt.ts';

/** A defect of a token, or its absence. */
export type BadCredential = NegativeTokenName | 'no token';
/** Every credential that must be refused. */
export const BAD_CREDENTIALS: readonly BadCredential[] = ['no token', ...NEGATIVE_TOKEN_NAMES];

/** What was seen of one bad credential, on the socket and right afterwards on the HTTP API. */
export interface Refusal {
  readonly bad: BadCredential;
  readonly attempt: RefusalAttempt;
  /** Null when the target has no thread API. */
  readonly rest: AnsweredResult | null;
  /** The same path and client with a valid token (design.md §2, law 4). */
  readonly control: RefusalAttempt;
}

/** Declares that a bad token is refused as the target declares; refusals run one at a time, each with its control. */
export function refusalCheck(
  id: CheckId,
  bad: BadCredential,
  acceptedRule: RuleId,
  severity: Severity,
  options: { readonly needs?: readonly CheckId[]; readonly covers?: readonly string[] } = {},
): void {
  const what = bad === 'no token' ? 'no token' : `a token that is ${bad}`;
  check(
    {
      id,
      title: `a connection with ${what} is refused in the declared form, and one with a valid token is not`,
      severity,
      owner: 'auth',
      requires: ['control.accepted'],
      needs: ['clock', 'welcome', ...(options.needs ?? [])],
      lane: 'refusals',
      capabilities: bad === 'no token' || isDerived(bad) ? [] : ['signing-key'],
      covers: [...(options.covers ?? [])],
    },
    async (t) => {
      const refusal = await refusalOf(t, bad);
      expectDeclaredForm(t, refusal.attempt, `connection with ${bad}`, acceptedRule);
      assertControl(t, refusal);
    },
  );
}

/** Makes one attempt with a bad credential and its control, once for all checks that look at it. */
export async function refusalOf(t: CheckContext, bad: BadCredential): Promise<Refusal> {
  return t.shared(`refusal of ${bad}`, async () => {
    // Caches that know a token too loosely show only after the whole token was seen: its control comes first.
    const isCopy = bad === 'truncated' || bad === 'tampered-payload';
    // One check may make several of these: users of their own keep them apart.
    const name = `b${BAD_CREDENTIALS.indexOf(bad)}`;
    const user = t.user(name);
    const early = isCopy ? await controlFor(t, bad, user) : null;
    const token = bad === 'no token' ? null : await t.negativeToken(bad, user);
    const attempt = await attemptPastBreaker(t, token, bad);
    const rest = t.lacks('thread-api')
      ? null
      : await t.answered('GET', '/api/threads', token === null ? {} : { token });
    return { bad, attempt, rest, control: early ?? (await controlFor(t, bad, t.user(`${name}-control`))) };
  });
}

/** Requires that an attempt ended in the one form that the target declares (design.md §13.7). */
export function expectDeclaredForm(
  t: CheckContext,
  attempt: RefusalAttempt,
  where: string,
  acceptedRule: RuleId,
): void {
  assertAnswered(attempt, `a ${where}`);
  const classified = classifyRefusal(attempt.outcome);
  const declared = t.settings.refusalForm;
  const evidence = [attempt.evidence];
  const expected = `refused as ${declared}`;
  if (classified.form === null) {
    const accepted = attempt.outcome.kind === 'open';
    const actual = accepted ? `accepted: ${attempt.text}` : `${attempt.text} (${classified.why})`;
    t.expectThat(false, accepted ? acceptedRule : 'WS-REFUSAL-FORM', { where, expected, actual, evidence });
    return;
  }
  t.note(classified.form);
  const actual = `refused as ${classified.form}: ${attempt.text}`;
  t.expectThat(classified.form === declared, 'WS-REFUSAL-FORM', { where, expected, actual, evidence });
}

/** Without its control a refusal proves nothing. @throws {HarnessError} `CONTROL_MISSING` */
export function assertControl(t: CheckContext, { bad, control }: Pick<Refusal, 'bad' | 'control'>): void {
  if (control.outcome.kind === 'open') return;
  t.stopIfBroken();
  throw new HarnessError(
    'CONTROL_MISSING',
    `expected a valid token to be accepted where one with ${bad} was refused, got: ${control.text}`,
    { next: 'A target that refuses everybody proves nothing about bad tokens.' },
  );
}

/** Connects with a valid token that is made in the same way as the bad one, and records whether that was accepted. */
async function controlFor(t: CheckContext, bad: BadCredential, user: User): Promise<RefusalAttempt> {
  const token = bad === 'no token' ? await t.token(user) : await t.controlToken(bad, user);
  return acceptedControl(t, token, `connection with ${bad}`);
}

/** Connects with a valid token and records whether that was accepted, as the control of a refusal. */
export async function acceptedControl(
  t: CheckContext,
  token: Token,
  of: string,
  way: Pick<AttemptOptions, 'transport' | 'url'> = {},
): Promise<RefusalAttempt> {
  const control = await attemptConnection(t, token, { ...way, expects: 'welcome' });
  t.record({ kind: 'control', of, accepted: control.outcome.kind === 'open', text: control.text });
  return control;
}

/** Longest time that an open breaker is waited for, at time scale 1 (requirements.md Part C: 15 s). */
const BREAKER_WAIT_MS = 20_000;

/**
 * Attempts a refusal; where a breaker that earlier refusals opened answers instead (HTTP 503), waits for it once.
 * @throws {HarnessError} `HANDSHAKE_REFUSED` when it stays open: what a bad token does was not seen then.
 */
export async function attemptPastBreaker(
  t: CheckContext,
  token: Token | null,
  bad: BadCredential,
  way: Pick<AttemptOptions, 'transport' | 'url'> = {},
): Promise<RefusalAttempt> {
  const options = { ...way, expects: 'refusal' } as const;
  const first = await attemptConnection(t, token, options);
  if (!isBreaker(first)) return first;
  const waitMs = BREAKER_WAIT_MS * t.settings.timeScale;
  t.warn(`HTTP 503 instead of a refusal: earlier refusals had opened the breaker; waited ${waitMs} ms`);
  await delay(waitMs, t.signal);
  const second = await attemptConnection(t, token, options);
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
