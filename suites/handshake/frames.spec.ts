import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';
import { awaitMessage, wireType } from '../../lib/harness/frame-wait.ts';
import { expectAlive } from '../../lib/harness/liveness.ts';
import { expectEchoedPing, expectUnmaskedRefused } from '../../lib/harness/frame-judgement.ts';

/** Below the smallest limit that any generation advertises (wire-contract.md §3.2: 8 192 bytes). */
const LEGAL_BYTES = 8_000;

const SHARED = { owner: 'backend', needs: ['liveness'] } as const;
const ANSWERED = ['ws.open', 'ws.message.out', 'ws.message.in'] as const;

check(
  {
    ...SHARED,
    id: 'HS-17',
    title: 'a ping frame of 125 bytes is answered by a pong with the same payload',
    severity: 'minor',
    requires: ['ws.open', 'ws.pong'],
    covers: ['E-A'],
  },
  async (t) => expectEchoedPing(t),
);

check(
  {
    ...SHARED,
    id: 'HS-18',
    title: 'a message in three frames is understood as one',
    severity: 'minor',
    requires: ANSWERED,
    capabilities: ['application-ping'],
    covers: ['E-D'],
  },
  async (t) => {
    const session = await t.session(t.user());
    session.connection.sendParts(['{"ty', 'pe":"pi', 'ng"}']);
    await awaitMessage(t, session, {
      what: 'a pong message',
      rule: 'WS-MESSAGE-LOST',
      budgetMs: t.budgets.welcome.failMs ?? 5_000,
      accepts: (message) => wireType(message) === 'pong',
    });
  },
);

check(
  {
    ...SHARED,
    id: 'HS-19',
    title: `a message of ${LEGAL_BYTES} bytes, below every advertised limit, is answered`,
    severity: 'major',
    requires: ANSWERED,
    capabilities: ['application-ping'],
    covers: ['E-D'],
  },
  async (t) => {
    const session = await t.session(t.user());
    session.connection.send({ type: 'ping', padding: 'x'.repeat(LEGAL_BYTES - 40) });
    await awaitMessage(t, session, {
      what: 'a pong message',
      rule: 'WS-MESSAGE-LOST',
      budgetMs: t.budgets.welcome.failMs ?? 5_000,
      accepts: (message) => wireType(message) === 'pong',
    });
  },
);

check(
  {
    ...SHARED,
    id: 'HS-20',
    title: 'a binary message is answered by an error frame and the connection stays alive',
    severity: 'major',
    requires: [...ANSWERED, 'ws.pong'],
    covers: ['S1-5', 'E-D'],
  },
  async (t) => {
    const session = await t.session(t.user());
    session.connection.sendParts(['{"type":"ping"}'], { binary: true });
    await awaitMessage(t, session, {
      what: 'an error frame',
      rule: 'WS-BAD-MESSAGE-IGNORED',
      closedRule: 'WS-BAD-MESSAGE-CLOSED',
      budgetMs: t.budgets.welcome.failMs ?? 5_000,
      accepts: ({ frame }) => frame.kind === 'error',
    });
    await expectAlive(t, session.connection, { rule: 'WS-BAD-MESSAGE-CLOSED' });
  },
);

check(
  {
    ...SHARED,
    id: 'HS-21',
    title: 'a frame that is not masked ends the connection, as RFC 6455 §5.1 demands',
    severity: 'minor',
    requires: ['ws.open', 'ws.close'],
    covers: ['E-D'],
  },
  async (t) => expectUnmaskedRefused(t),
);

check(
  {
    ...SHARED,
    id: 'HS-22',
    title:
      'a client that goes away with close code 1001 and a reason of 123 bytes gets its close frame answered',
    severity: 'minor',
    requires: [atLeast(1, 'ws.open'), 'ws.close'],
    covers: ['S0-5', 'R-19', 'E-H'],
  },
  async (t) => {
    const session = await t.session(t.user());
    const closed = await session.connection.close(1001, `${'ä'.repeat(61)}!`);
    t.expectThat(closed.clean, 'WS-CLOSE-UNANSWERED', {
      where: 'closing handshake',
      expected: 'a close frame in answer to ours (RFC 6455 §5.5.1)',
      actual: `none, ended by ${closed.initiator}`,
    });
    t.stopIfBroken();
    t.expectEqual('WS-CLOSE-CODE', { where: 'answered close frame', expected: 1001, actual: closed.code });
  },
);
