import { HarnessError } from '../foundation/errors.ts';
import type { UpgradeAnswer } from '../ws/upgrade-probe.ts';
import { awaitWelcome } from '../ws/welcome.ts';
import type { CheckContext } from './check-context.ts';

/** Answers that say "no route here" or "not you", before any socket is open (wire-contract.md §2.10). */
const NO_ROUTE: readonly number[] = [403, 404];
/** Answers to a malformed opening handshake (RFC 6455 §4.2.1, §4.4). */
const MALFORMED: readonly number[] = [400, 426];
/** Answers to a request that is no opening handshake. */
const NO_UPGRADE: readonly number[] = [400, 403, 404, 405, 426];

/** Requires that an unknown path is refused over HTTP, with the same token that the configured path accepts. */
export async function expectOwnPathOnly(t: CheckContext): Promise<void> {
  const token = await t.token(t.user());
  const elsewhere = await t.connect({ token, path: '/no/such/socket' });
  const status = elsewhere.kind === 'refused' ? elsewhere.status : null;
  t.note(status === null ? elsewhere.kind : `HTTP ${status}`);
  t.expectThat(status !== null && NO_ROUTE.includes(status), 'WS-PATH-OPEN', {
    where: 'opening handshake on /no/such/socket',
    expected: `HTTP ${NO_ROUTE.join(' or ')}`,
    actual: status === null ? `the attempt ended as ${elsewhere.kind}` : `HTTP ${status}`,
    evidence: [elsewhere.evidence],
  });
  const here = await t.connect({ token });
  t.record({ kind: 'control', of: 'an unknown path', accepted: here.kind === 'open', text: here.kind });
}

/** Requires a 101 answer that follows RFC 6455 §4.2.2 in every header. */
export async function expectLegalUpgrade(t: CheckContext): Promise<void> {
  const answer = answered(await t.upgrade({ token: await t.token(t.user()) }));
  if (answer.status !== 101) {
    throw new HarnessError('BLOCKED', `expected HTTP 101, got HTTP ${answer.status}: no headers to judge`, {
      details: { by: 'opening-handshake' },
      next: 'Mend opening-handshake first.',
    });
  }
  const { headers, evidence } = answer;
  const connection = (headers['connection'] ?? '')
    .toLowerCase()
    .split(',')
    .map((part) => part.trim());
  for (const [name, holds, actual] of [
    ['Upgrade: websocket', headers['upgrade']?.toLowerCase() === 'websocket', headers['upgrade']],
    ['Connection: Upgrade', connection.includes('upgrade'), headers['connection']],
    ['the Sec-WebSocket-Accept of our key', answer.isAcceptRight, headers['sec-websocket-accept']],
    [
      'no extension, as none was offered',
      headers['sec-websocket-extensions'] === undefined,
      headers['sec-websocket-extensions'],
    ],
  ] as const) {
    t.expectThat(holds, 'WS-UPGRADE-INVALID', {
      where: '101 answer',
      expected: name,
      actual: actual ?? 'no such header',
      evidence: [evidence],
    });
  }
}

/** Requires that a malformed opening handshake is refused where a correct one is accepted. */
export async function expectRefusedUpgrade(
  t: CheckContext,
  what: string,
  headers: Readonly<Record<string, string | null>>,
): Promise<void> {
  const token = await t.token(t.user());
  const answer = answered(await t.upgrade({ token, headers }));
  t.note(`HTTP ${answer.status}`);
  t.expectThat(MALFORMED.includes(answer.status), 'WS-MALFORMED-ACCEPTED', {
    where: `opening handshake with ${what}`,
    expected: `HTTP ${MALFORMED.join(' or ')}`,
    actual: `HTTP ${answer.status}`,
    evidence: [answer.evidence],
  });
  const control = answered(await t.upgrade({ token }));
  t.record({ kind: 'control', of: what, accepted: control.status === 101, text: `HTTP ${control.status}` });
}

/** Requires that the WebSocket path serves nothing to a plain GET: a page there hides a lost upgrade. */
export async function expectPlainRequestRefused(t: CheckContext): Promise<void> {
  const { pathname } = new URL(t.settings.websocketUrl);
  const answer = await t.answered('GET', pathname, { token: await t.token(t.user()) });
  t.note(`HTTP ${answer.status}`);
  t.expectThat(NO_UPGRADE.includes(answer.status), 'WS-PATH-SERVES-HTTP', {
    where: `GET ${pathname}`,
    expected: `HTTP ${NO_UPGRADE.join(', ')}`,
    actual: `HTTP ${answer.status}`,
    evidence: [answer.evidence],
  });
}

const UNKNOWN = 'stagegate.unknown.v1';

/** Requires that an unknown name among the offered ones is passed over. */
export async function expectSubprotocolChoice(t: CheckContext): Promise<void> {
  const user = t.user();
  const session = await t.session(user, { extraSubprotocols: [UNKNOWN, 'jwt-auth'] });
  const { subprotocol, evidence } = session.connection.facts;
  t.note(subprotocol ?? 'none');
  t.expectThat(subprotocol === 'jwt-auth', 'WS-SUBPROTOCOL-UNKNOWN', {
    where: 'Sec-WebSocket-Protocol of the 101',
    expected: `jwt-auth, of ${UNKNOWN} and jwt-auth`,
    actual: subprotocol ?? 'none',
    evidence: [evidence],
  });
}

/** Requires that an offer of nothing known is refused over HTTP, or accepted without agreeing to it. */
export async function expectUnknownSubprotocolRefused(t: CheckContext): Promise<void> {
  const token = await t.token(t.user());
  const result = await t.connect({ token, extraSubprotocols: [UNKNOWN] });
  const agreed = result.kind === 'open' ? result.connection.facts.subprotocol : null;
  t.note(result.kind === 'refused' ? `refused, HTTP ${result.status}` : `${result.kind}, nothing agreed to`);
  t.expectThat(agreed === null, 'WS-SUBPROTOCOL-UNKNOWN', {
    where: 'Sec-WebSocket-Protocol of the 101',
    expected: 'a refusal, or no subprotocol',
    actual: agreed ?? 'none',
    evidence: [result.evidence],
  });
  const control = await t.connect({ token });
  t.record({ kind: 'control', of: UNKNOWN, accepted: control.kind === 'open', text: control.kind });
}

/** Requires that cookies of an opening, where the target sets any, do not stand in the way of the next one. */
export async function expectAffinity(t: CheckContext): Promise<void> {
  const user = t.user();
  const first = await t.session(user);
  const cookie = first.connection.facts.headers['set-cookie'] !== undefined;
  t.note(cookie ? 'cookies were set and sent back' : 'no cookies are set');
  await first.connection.close();
  const again = await t.connect({ token: await t.token(user) });
  t.expectThat(again.kind === 'open', 'WS-RECONNECT-REFUSED', {
    where: cookie ? 'second opening, with the cookies of the first' : 'second opening',
    expected: 'HTTP 101',
    actual: again.kind === 'refused' ? `HTTP ${again.status}` : again.kind,
    evidence: [again.evidence],
  });
  t.stopIfBroken();
  if (again.kind !== 'open') return;
  const budgetMs = t.budgets.welcome.failMs ?? 5_000;
  const welcome = await awaitWelcome(again.connection, { budgetMs, signal: t.signal });
  t.expectThat(welcome.kind === 'welcome', 'WS-RECONNECT-REFUSED', {
    where: 'second opening',
    expected: `a welcome within ${budgetMs} ms`,
    actual: welcome.kind,
    evidence: [again.evidence],
  });
}

function answered(answer: UpgradeAnswer): UpgradeAnswer & { readonly kind: 'answered' } {
  if (answer.kind === 'answered') return answer;
  throw new HarnessError(
    'HANDSHAKE_FAILED',
    `expected an answer to an opening handshake, got: ${answer.cause}`,
    {
      next: 'Check that the service is still running.',
    },
  );
}
