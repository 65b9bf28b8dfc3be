import type { NegativeTokenName } from '../auth/negative-token-name.ts';
import type { RuleId } from '../contract/rule.ts';
import { assertControl, attemptPastBreaker, acceptedControl, expectDeclaredForm } from './refusal.ts';
import type { CheckContext } from './check-context.ts';

/** The ways in which a token travels as a subprotocol; browsers have the last one only (wire-contract.md §12). */
export const SUBPROTOCOL_TRANSPORTS = [
  'subprotocol-jwt',
  'subprotocol-jwt-auth',
  'subprotocol-bearer',
  'subprotocol-public-client',
] as const;

/** Each pair costs a refusal, which targets with a breaker are asked for slowly: these on every way, the rest on that of browsers. */
const ON_EVERY_WAY = [
  ['expired', 'AUTH-EXPIRED-ACCEPTED'],
  ['wrong-audience', 'AUTH-AUDIENCE-ACCEPTED'],
  ['wrong-environment', 'AUTH-ENVIRONMENT-ACCEPTED'],
] as const satisfies readonly (readonly [NegativeTokenName, RuleId])[];
const AS_BROWSERS = [
  ['alg-none', 'AUTH-ALG-NONE-ACCEPTED'],
  ['not-yet-valid', 'AUTH-NOT-YET-VALID-ACCEPTED'],
  ['wrong-issuer', 'AUTH-ISSUER-ACCEPTED'],
  ['wrong-type', 'AUTH-TYPE-ACCEPTED'],
] as const satisfies readonly (readonly [NegativeTokenName, RuleId])[];

const ASKED = [
  ...SUBPROTOCOL_TRANSPORTS.flatMap((transport) =>
    ON_EVERY_WAY.map(([bad, rule]) => ({ transport, bad, rule })),
  ),
  ...AS_BROWSERS.map(([bad, rule]) => ({ transport: SUBPROTOCOL_TRANSPORTS[3], bad, rule })),
];

/** Requests that `expectSubprotocolRefusals` makes: each refusal has its control. */
export const SUBPROTOCOL_REFUSAL_REQUESTS = 2 * ASKED.length;

/**
 * Requires that bad tokens are refused in the declared form when they come as a subprotocol, one user each, and that a valid
 * token made in the same way is welcomed over the same transport right after each.
 * @throws {HarnessError} `CONTROL_MISSING`, `HANDSHAKE_REFUSED`, `CAPABILITY_MISSING`.
 */
export async function expectSubprotocolRefusals(t: CheckContext): Promise<void> {
  for (const [n, { transport, bad, rule }] of ASKED.entries()) {
    const of = `connection with a token that is ${bad}, over ${transport}`;
    const token = await t.negativeToken(bad, t.user(`bad${n}`));
    expectDeclaredForm(t, await attemptPastBreaker(t, token, bad, { transport }), of, rule);
    const valid = await t.controlToken(bad, t.user(`good${n}`));
    assertControl(t, { bad, control: await acceptedControl(t, valid, of, { transport }) });
  }
}
