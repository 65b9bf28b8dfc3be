import { expectBrowserServed } from '../../lib/harness/browser-opening.ts';
import { check } from '../../lib/harness/check.ts';
import { awaitMessage } from '../../lib/harness/frame-wait.ts';
import { expectAlive } from '../../lib/harness/liveness.ts';
import { acceptsTransport } from '../../lib/harness/transport-check.ts';

acceptsTransport('HS-01', 'authorization-header', 'critical');
acceptsTransport('HS-02', 'subprotocol-jwt', 'major');
acceptsTransport('HS-03', 'subprotocol-jwt-auth', 'critical');
acceptsTransport('HS-04', 'subprotocol-bearer', 'major');
acceptsTransport('HS-05', 'subprotocol-public-client', 'major');

check(
  {
    id: 'HS-06',
    title: 'the session handshake goes response, acknowledged, complete, after the welcome',
    severity: 'major',
    owner: 'backend',
    requires: ['ws.open', 'ws.message.out', 'ws.message.in'],
    needs: ['liveness'],
    capabilities: ['session-handshake'],
    covers: ['S0-8', 'S2-13'],
  },
  async (t) => {
    const session = await t.session(t.user());
    t.expectEqual('WS-SESSION-HANDSHAKE', {
      where: 'session handshake',
      expected: 'complete',
      actual: session.handshake?.kind ?? 'not asked',
      evidence: session.handshake?.evidence ?? [],
    });
    t.expectThat(session.threadId !== null, 'WS-SESSION-HANDSHAKE', {
      where: 'handshake_response',
      expected: 'a thread id',
      actual: 'none',
      evidence: session.handshake?.evidence ?? [],
    });
  },
);

check(
  {
    id: 'HS-07',
    title: 'a message that is not JSON is answered by an error frame and the connection stays alive',
    severity: 'major',
    owner: 'backend',
    requires: ['ws.open', 'ws.message.out', 'ws.message.in', 'ws.pong'],
    needs: ['liveness'],
    covers: ['S1-5', 'E-D'],
  },
  async (t) => {
    const session = await t.session(t.user());
    session.connection.sendText('{"type": "start_agent", "payload": ');
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
    id: 'HS-08',
    title: 'a closing handshake is answered with the code that we sent',
    severity: 'minor',
    owner: 'backend',
    requires: ['ws.open', 'ws.close'],
    needs: ['liveness'],
    covers: ['S0-5', 'R-19'],
  },
  async (t) => {
    const session = await t.session(t.user());
    const closed = await session.connection.close(1000, 'done');
    t.expectThat(closed.clean, 'WS-CLOSE-UNANSWERED', {
      where: 'closing handshake',
      expected: 'a close frame in answer to ours (RFC 6455 §7.1.2)',
      actual: `none, ended by ${closed.initiator}`,
    });
    t.stopIfBroken();
    t.expectEqual('WS-CLOSE-CODE', { where: 'answered close frame', expected: 1000, actual: closed.code });
  },
);

check(
  {
    id: 'HS-23',
    title: 'an opening as a browser makes it is served as any other, and a turn on it holds to the contract',
    severity: 'blocker',
    owner: 'infrastructure',
    requires: ['ws.open', 'ws.message.out', 'ws.message.in', 'chat.turn.terminal'],
    // HS-05 opens with the same carrier of the token and nothing of a browser.
    needs: ['chat-turn', 'HS-05'],
    capabilities: ['subprotocol-auth'],
    requests: 8,
    budgetMs: 300_000,
    covers: ['S0-7', 'S1-2', 'S4-2', 'E-A'],
  },
  async (t) => expectBrowserServed(t),
);
