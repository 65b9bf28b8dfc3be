import type { Leak } from '../http/leak.ts';
import type { SocketHealthReport } from '../contract/health.ts';
import type { AuthTransport } from '../evidence/evidence.ts';
import type { CheckContext } from './check-context.ts';
import { BAD_CREDENTIALS, type BadCredential, type Refusal, refusalOf } from './refusal.ts';
import { attemptConnection } from './refusal-attempt.ts';
import { SUBPROTOCOL_TRANSPORTS } from './subprotocol-refusal.ts';

/** Every bad credential of the run with what it led to; those that no key is there for are left out. */
export async function allRefusals(t: CheckContext): Promise<readonly Refusal[]> {
  const list: Refusal[] = [];
  for (const bad of BAD_CREDENTIALS.filter((name) => t.canMake(name))) list.push(await refusalOf(t, bad));
  return list;
}

/** Requires that the HTTP API and the socket gave the same answer to the same token (requirements.md R-12). */
export function expectParity(t: CheckContext, { bad, attempt, rest }: Refusal): void {
  const socket = attempt.outcome.kind === 'open' ? 'accepts' : 'refuses';
  const isRefused = rest?.status === 401 || rest?.status === 403;
  t.expectThat((socket === 'refuses') === isRefused, 'AUTH-CARRIERS-DISAGREE', {
    where: `GET /api/threads and the opening handshake with ${bad}`,
    expected: `the API ${socket} it as the socket does`,
    actual: `HTTP ${rest?.status ?? '-'} on the API, on the socket ${attempt.text}`,
    evidence: [attempt.evidence, ...(rest === null ? [] : [rest.evidence])],
  });
}

/** Requires that a refusal says why. */
export function expectReason(t: CheckContext, { bad, attempt }: Refusal): void {
  if (attempt.outcome.kind === 'open') return;
  t.expectThat((attempt.reason ?? '') !== '', 'WS-CLOSE-REASON-EMPTY', {
    where: `refusal of ${bad}`,
    expected: 'a close reason, or a body that says why',
    actual: `none: ${attempt.text}`,
    evidence: [attempt.evidence],
  });
}

/** Requires that nobody was welcomed on the way to being refused. */
export function expectNoWelcome(t: CheckContext, { bad, attempt }: Refusal): void {
  if (attempt.outcome.kind === 'open') return;
  t.expectThat(!attempt.wasWelcomed, 'AUTH-WELCOME-BEFORE-REFUSAL', {
    where: `refusal of ${bad}`,
    expected: 'no welcome before the refusal',
    actual: attempt.text,
    evidence: [attempt.evidence],
  });
}

/** Requires that `/ws/health` tells what connections show about authentication (requirements.md S4-12 to S4-15). */
export async function expectTruthfulHealth(t: CheckContext, report: SocketHealthReport): Promise<void> {
  const isOpen = async (bad: BadCredential): Promise<boolean> =>
    (await refusalOf(t, bad)).attempt.outcome.kind === 'open';
  const isAnonymousLetIn = await isOpen('no token');
  const isForgeryLetIn = await isOpen('wrong-signature');
  const { preConnectionAuthRequired, testing } = report;
  t.expectThat(
    preConnectionAuthRequired === null || preConnectionAuthRequired === !isAnonymousLetIn,
    'HLT-PREAUTH-CONTRADICTED',
    {
      where: '/ws/health config.pre_connection_auth_required',
      expected: `${!isAnonymousLetIn}, as a connection without a token shows`,
      actual: String(preConnectionAuthRequired),
    },
  );
  const isActive = testing?.authBypassActive ?? null;
  t.expectThat(isActive === null || isActive === isForgeryLetIn, 'HLT-E2E-TESTING', {
    where: '/ws/health e2e_testing.auth_bypass_active',
    expected: `${isForgeryLetIn}, as a token with a wrong signature shows`,
    actual: String(isActive),
  });
  const marker = testing?.variables['E2E_TEST_ENV'] ?? null;
  t.expectThat(marker === null || marker === t.settings.marker, 'HLT-E2E-TESTING', {
    where: '/ws/health e2e_testing.variables.E2E_TEST_ENV',
    expected: t.settings.marker,
    actual: JSON.stringify(marker),
  });
}

/** The ways in which the target takes a token; those that the policy declares missing are left out. */
export function declaredTransports(t: CheckContext): readonly Exclude<AuthTransport, 'none'>[] {
  return ['authorization-header', ...(t.lacks('subprotocol-auth') ? [] : SUBPROTOCOL_TRANSPORTS)];
}

/** Agreeing on a token-bearing subprotocol means repeating it (RFC 6455 §4.2.2): allowed where no other carrier works. */
const ECHOED_SUBPROTOCOL = 'header sec-websocket-protocol';

/** Requires that a refused and an accepted connection, and a refused request, send no part of a token back. */
export async function echoesNothing(t: CheckContext): Promise<void> {
  const user = t.user();
  const bad = await t.negativeToken('wrong-signature', user);
  const refused = await attemptConnection(t, bad, { expects: 'refusal' });
  const accepted = await attemptConnection(t, await t.token(user), { expects: 'welcome' });
  const request = await t.answered('GET', '/api/threads', { token: bad });
  expectNoLeaks(t, 'refused connection', refused.leaks, refused.evidence);
  expectNoLeaks(t, 'accepted connection', accepted.leaks, accepted.evidence);
  expectNoLeaks(t, 'refused request', request.leaks, request.evidence);
}

function expectNoLeaks(t: CheckContext, where: string, leaks: readonly Leak[], evidence: string): void {
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
