import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';
import { expectNeighboursUndisturbed } from '../../lib/harness/conversation.ts';
import { expectReconnectAfterBreak } from '../../lib/harness/reconnect.ts';

/** One at a time: a break must disturb nothing that another check measures. */
const LANE = 'breaks';

check(
  {
    id: 'RES-02',
    title: 'a client whose connection broke off in the middle of a turn is served again at once',
    severity: 'critical',
    owner: 'backend',
    requires: [atLeast(2, 'ws.open'), 'ws.message.out', 'ws.close'],
    needs: ['chat-turn', 'RES-01'],
    lane: LANE,
    covers: ['E-H', 'E-I'],
  },
  async (t) => expectReconnectAfterBreak(t),
);

check(
  {
    id: 'RES-12',
    lane: LANE,
    title: 'a connection that breaks off in the middle of a turn leaves the turns of others alone',
    severity: 'critical',
    owner: 'backend',
    requires: [atLeast(4, 'ws.open'), atLeast(3, 'chat.turn.terminal'), 'ws.close', 'isolation.overlap'],
    needs: ['chat-turn'],
    requests: 8,
    budgetMs: 300_000,
    covers: ['S1-12', 'E-H', 'E-E'],
  },
  async (t) => expectNeighboursUndisturbed(t),
);
