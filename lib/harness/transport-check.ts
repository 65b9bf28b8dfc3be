import type { AuthTransport } from '../evidence/evidence.ts';
import type { Severity } from '../evidence/verdict.ts';
import { check } from './check.ts';
import type { CheckId } from './check-definition.ts';

/** Declares that a valid token is accepted over one transport, and that an echoed subprotocol is one that we offered. */
export function acceptsTransport(
  id: CheckId,
  transport: Exclude<AuthTransport, 'none'>,
  severity: Severity,
): void {
  check(
    {
      id,
      title: `a valid token is accepted over ${transport}, and an echoed subprotocol is one that was offered`,
      severity,
      owner: 'auth',
      requires: ['ws.open', 'ws.message.in'],
      // A session that ends right after its welcome says nothing about the way of its token.
      needs: ['liveness'],
      requests: 2,
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
    },
  );
}
