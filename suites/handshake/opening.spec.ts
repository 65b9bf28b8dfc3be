import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';
import { expectSecondPathServed } from '../../lib/harness/second-path.ts';
import {
  expectAffinity,
  expectLegalUpgrade,
  expectOwnPathOnly,
  expectPlainRequestRefused,
  expectRefusedUpgrade,
  expectSubprotocolChoice,
  expectUnknownSubprotocolRefused,
} from '../../lib/harness/upgrade-judgement.ts';

const SHARED = { owner: 'backend', needs: ['opening-handshake'] } as const;

check(
  {
    ...SHARED,
    id: 'HS-09',
    title: 'a path without a route refuses the opening handshake that the configured path accepts',
    severity: 'major',
    requires: ['ws.refused', 'control.accepted'],
    covers: ['S4-2', 'E-A'],
  },
  async (t) => expectOwnPathOnly(t),
);

check(
  {
    ...SHARED,
    id: 'HS-10',
    title: 'the 101 answer carries Upgrade, Connection and the Sec-WebSocket-Accept of our key',
    severity: 'critical',
    needs: ['token'],
    requires: ['ws.open'],
    covers: ['S4-20'],
  },
  async (t) => expectLegalUpgrade(t),
);

check(
  {
    ...SHARED,
    id: 'HS-11',
    // Its control offers the token in the header.
    needs: ['opening-handshake', 'HS-01'],
    title: 'an opening handshake of a version that does not exist is refused with HTTP 400 or 426',
    severity: 'minor',
    requires: ['ws.refused', 'control.accepted'],
    covers: ['S4-20'],
  },
  async (t) => expectRefusedUpgrade(t, 'protocol version 99', { 'sec-websocket-version': '99' }),
);

check(
  {
    ...SHARED,
    id: 'HS-12',
    // Its control offers the token in the header.
    needs: ['opening-handshake', 'HS-01'],
    title: 'an opening handshake without a key is refused with HTTP 400 or 426',
    severity: 'minor',
    requires: ['ws.refused', 'control.accepted'],
    covers: ['S4-20'],
  },
  async (t) => expectRefusedUpgrade(t, 'no Sec-WebSocket-Key', { 'sec-websocket-key': null }),
);

check(
  {
    ...SHARED,
    id: 'HS-13',
    title: 'a plain GET of the WebSocket path is refused with HTTP 400, 403, 404, 405 or 426',
    severity: 'minor',
    requires: ['http.answered'],
    covers: ['S4-2'],
  },
  async (t) => expectPlainRequestRefused(t),
);

check(
  {
    ...SHARED,
    id: 'HS-14',
    title:
      'of several subprotocols one that the target speaks is agreed to, also when an unknown one comes first',
    needs: ['liveness'],
    severity: 'major',
    requires: ['ws.open', 'ws.message.in'],
    capabilities: ['subprotocol-auth'],
    covers: ['E-A'],
  },
  async (t) => expectSubprotocolChoice(t),
);

check(
  {
    ...SHARED,
    id: 'HS-15',
    // Its control offers the token in the header.
    needs: ['opening-handshake', 'HS-01'],
    title: 'a subprotocol that nobody speaks is never agreed to',
    severity: 'minor',
    requires: [atLeast(1, 'control.accepted')],
    capabilities: ['subprotocol-auth'],
    covers: ['E-A'],
  },
  async (t) => expectUnknownSubprotocolRefused(t),
);

check(
  {
    ...SHARED,
    id: 'HS-16',
    title: 'a client that sends the cookies of its first opening back lands on a welcome again',
    severity: 'major',
    needs: ['liveness'],
    requires: [atLeast(2, 'ws.open'), atLeast(2, 'ws.message.in')],
    covers: ['S4-20'],
  },
  async (t) => expectAffinity(t),
);

check(
  {
    ...SHARED,
    id: 'HS-24',
    title: 'the second socket path welcomes a valid token as the configured one does, and a turn on it holds',
    severity: 'major',
    // Where no turn ends, a path says nothing.
    needs: ['chat-turn'],
    requires: ['ws.open', 'ws.message.out', 'ws.message.in', 'chat.turn.terminal'],
    capabilities: ['second-socket-path'],
    budgetMs: 300_000,
    covers: ['S4-2', 'E-A'],
  },
  async (t) => expectSecondPathServed(t),
);
