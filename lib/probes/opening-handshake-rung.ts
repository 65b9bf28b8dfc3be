import { CloseCode } from '../contract/close-code.ts';
import type { RuleId } from '../contract/rule.ts';
import type { AuthTransport } from '../evidence/evidence.ts';
import type { Climb, RungOutcome, SessionAttempt } from './climb.ts';
import { attemptSession, describeAttempt, errorFrameRule } from './session-attempt.ts';
import { upgradeRule } from './wire-fault.ts';

/** Two at the most: a valid token refused on both is refused, and a third failure could open the target's breaker. */
const TRANSPORTS: readonly AuthTransport[] = ['authorization-header', 'subprotocol-jwt-auth'];

/** The opening handshake ends in 101 for a valid token. */
export async function openingHandshakeRung(climb: Climb): Promise<RungOutcome> {
  const { websocketOrigin } = climb.settings;
  for (const transport of TRANSPORTS) {
    // The second is asked without the Origin first: served, it ends the row of refusals and is the control of the third.
    const bare =
      websocketOrigin === null || climb.attempts.length === 0
        ? null
        : await attemptSession(climb, transport, null);
    if (bare !== null && bare.welcome?.kind !== 'welcome') {
      climb.attempts.push(bare);
      break;
    }
    const attempt = await attemptSession(climb, transport, websocketOrigin);
    climb.attempts.push(attempt);
    if (bare?.handshake.kind === 'open') {
      await bare.handshake.connection.close();
      if (attempt.welcome?.kind !== 'welcome') return originRefused(climb, websocketOrigin ?? '');
    }
    if (!looksLikeAuthRefusal(climb, attempt)) break;
  }
  const opened = climb.attempts.find(({ handshake }) => handshake.kind === 'open');
  const [first] = climb.attempts;
  if (opened !== undefined) {
    const how = opened === first ? '' : ` (the first attempt, ${first?.transport ?? '-'}, was refused)`;
    return { state: 'held', actual: `101 over ${opened.transport}${how}` };
  }
  const expected = 'HTTP 101 for a valid token';
  const actual = climb.attempts.map(describeAttempt).join('; ');
  const handshake = first?.handshake;
  if (handshake?.kind === 'refused')
    return { state: 'broken', rule: refusalRule(handshake.status), expected, actual };
  const rule = handshake?.kind === 'failed' ? upgradeRule(handshake.code) : null;
  if (rule !== null) return { state: 'broken', rule, expected, actual };
  const next = 'Check that WEBSOCKET_URL is right and that every hop forwards the upgrade.';
  return { state: 'undecided', expected, actual, next };
}

/** A refusal that another way of sending the token could avoid: the token, not the service, was the reason. */
function looksLikeAuthRefusal(climb: Climb, { handshake, welcome }: SessionAttempt): boolean {
  if (handshake.kind === 'refused') return handshake.status === 401 || handshake.status === 403;
  if (welcome?.kind === 'error-first') return errorFrameRule(climb, welcome.closed) === 'AUTH-TOKEN-REFUSED';
  return welcome?.kind === 'closed' && welcome.closed.code === CloseCode.PolicyViolation;
}

function originRefused(climb: Climb, origin: string): RungOutcome {
  const refused = climb.attempts.map(describeAttempt).join('; ');
  return {
    state: 'broken',
    rule: 'WS-BROWSER-NOT-SERVED',
    expected: `a session for a valid token with Origin ${origin}, as without it`,
    actual: `${refused}; only with Origin: without it the last one is served`,
  };
}

function refusalRule(status: number): RuleId {
  return status === 429 ? 'WS-RATE-LIMITED' : 'WS-HANDSHAKE-REFUSED';
}
