import { expectBrowserUsersServed } from '../../lib/harness/browser-users.ts';
import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';

check(
  {
    id: 'AGENT-25',
    title:
      'two users with browsers at once are served as themselves, and a second, long prompt of each is answered too',
    severity: 'critical',
    owner: 'infrastructure',
    requires: [atLeast(2, 'ws.open'), atLeast(4, 'ws.message.out'), atLeast(4, 'chat.turn.terminal')],
    // HS-23 finds what is refused to any browser; the others say whether such prompts are answered at all.
    needs: ['chat-turn', 'HS-19', 'HS-23', 'AGENT-14', 'AGENT-22', 'AGENT-23'],
    capabilities: ['subprotocol-auth'],
    requests: 2,
    budgetMs: 240_000,
    covers: ['E-A', 'E-C', 'E-D'],
  },
  async (t) => expectBrowserUsersServed(t),
);
