import { otherSocketPath } from '../contract/socket-path.ts';
import { HarnessError } from '../foundation/errors.ts';
import type { CheckContext } from './check-context.ts';
import { acceptedControl, assertControl, attemptPastBreaker, expectDeclaredForm } from './refusal.ts';
import { expectTurnServed } from './transport-turn.ts';

/** Requires that a valid token and a turn are served at the second published path as at the configured one. */
export async function expectSecondPathServed(t: CheckContext): Promise<void> {
  const path = secondPathOf(t);
  const session = await t.session(t.user(), { path });
  await expectTurnServed(t, session, { what: `at ${path}`, way: { path }, rule: 'WS-PATH-NOT-SERVED' });
}

/**
 * Requires that the second published path refuses no token and a wrong signature in the declared form, and welcomes a valid
 * token after each.
 * @throws {HarnessError} `CONTROL_MISSING`, `HANDSHAKE_REFUSED`, `CAPABILITY_MISSING`.
 */
export async function expectSecondPathGuarded(t: CheckContext): Promise<void> {
  const path = secondPathOf(t);
  const way = { url: new URL(path, t.settings.websocketUrl).href };
  for (const [bad, rule] of [
    ['no token', 'AUTH-NOT-ENFORCED'],
    ['wrong-signature', 'AUTH-SIGNATURE-ACCEPTED'],
  ] as const) {
    const of = `connection with ${bad} at ${path}`;
    const token = bad === 'no token' ? null : await t.negativeToken(bad, t.user('forger'));
    expectDeclaredForm(t, await attemptPastBreaker(t, token, bad, way), of, rule);
    const control = await acceptedControl(t, await t.token(t.user()), of, way);
    assertControl(t, { bad, control });
  }
}

/** @throws {HarnessError} `CAPABILITY_MISSING` where the configured path is neither of the published ones. */
function secondPathOf(t: CheckContext): string {
  const own = new URL(t.settings.websocketUrl).pathname;
  const other = otherSocketPath(own);
  if (other !== null) return other;
  throw new HarnessError(
    'CAPABILITY_MISSING',
    `expected the path of WEBSOCKET_URL to end in one of the published ones, got ${own}: the second one is not known`,
    {
      details: { capability: 'second-socket-path' },
      next: 'Declare the capability second-socket-path as missing in the policy.',
    },
  );
}
