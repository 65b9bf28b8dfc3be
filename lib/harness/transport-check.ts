import type { AuthTransport } from '../evidence/evidence.ts';
import type { Severity } from '../evidence/verdict.ts';
import { check } from './check.ts';
import type { CheckId } from './check-definition.ts';
import { expectTurnServed } from './transport-turn.ts';

/** Declares that a valid token is accepted over one transport, with an echoed subprotocol that we offered, and carries a turn. */
export function acceptsTransport(
  id: CheckId,
  transport: Exclude<AuthTransport, 'none'>,
  severity: Severity,
): void {
  check(
    {
      id,
      title: `a valid token is accepted over ${transport}, an echoed subprotocol is one that was offered, and a turn holds`,
      severity,
      owner: 'auth',
      requires: ['ws.open', 'ws.message.in', 'ws.message.out', 'chat.turn.terminal'],
      // Where no turn ends, or no session stays open, the way of the token says nothing.
      needs: ['chat-turn'],
      requests: 4,
      budgetMs: 300_000,
      // One at a time: refusals on the way count together at the breaker of the target.
      lane: 'auth-transports',
      covers: ['S0-7', 'S1-2', 'S4-2', 'E-A'],
      ...(transport === 'authorization-header' ? {} : { capabilities: ['subprotocol-auth'] }),
    },
    async (t) => {
      const session = await t.session(t.user(), { transport });
      const handshake = t.recorder.seen().find(({ body }) => body.kind === 'ws.handshake')?.body;
      const offered = handshake?.kind === 'ws.handshake' ? handshake.offered : [];
      const { subprotocol } = session.connection.facts;
      t.note(subprotocol === null ? 'no subprotocol echoed' : 'one of the offered subprotocols echoed');
      t.expectThat(subprotocol === null || offered.includes(subprotocol), 'WS-SUBPROTOCOL-NOT-OFFERED', {
        where: 'Sec-WebSocket-Protocol of the 101',
        expected: 'one of the offered names, or none',
        actual: 'another one',
        evidence: [session.connection.facts.evidence],
      });
      await expectTurnServed(t, session, {
        what: `over ${transport}`,
        way: { transport },
        rule: 'WS-TRANSPORT-NOT-SERVED',
      });
    },
  );
}
