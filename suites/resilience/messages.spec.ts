import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';
import {
  expectMessageLimit,
  expectRapidMessages,
  expectTabs,
  expectUnknownAgentRefused,
  expectUnreadableSurvived,
  RAPID_MESSAGES,
  TABS,
} from '../../lib/harness/conversation.ts';

check(
  {
    id: 'RES-07',
    title: 'a start that names an unknown agent is answered by an error frame and the connection stays open',
    severity: 'major',
    owner: 'agents',
    requires: ['ws.open', 'ws.message.out', 'ws.message.in', 'ws.pong'],
    needs: ['liveness'],
    covers: ['S1-5', 'S0-22', 'E-I'],
  },
  async (t) => expectUnknownAgentRefused(t),
);

check(
  {
    id: 'RES-08',
    title: 'a message above the advertised limit ends in close code 1009',
    severity: 'minor',
    owner: 'backend',
    requires: ['ws.open', 'ws.message.out', 'ws.close', 'http.answered'],
    needs: ['liveness'],
    capabilities: ['socket-limits'],
    covers: ['E-I'],
  },
  async (t) => expectMessageLimit(t),
);

check(
  {
    id: 'RES-09',
    title: 'after a burst of unreadable messages, each answered by an error frame, a chat turn still works',
    severity: 'major',
    owner: 'backend',
    requires: ['ws.open', atLeast(6, 'ws.message.out'), 'chat.turn.terminal'],
    needs: ['chat-turn'],
    covers: ['S0-22', 'S1-16', 'E-I'],
  },
  async (t) => expectUnreadableSurvived(t),
);

check(
  {
    id: 'RES-10',
    title: `each of ${RAPID_MESSAGES} messages sent at once on one connection is answered, in the order of sending`,
    severity: 'critical',
    owner: 'agents',
    requires: ['ws.open', atLeast(RAPID_MESSAGES, 'chat.turn.terminal')],
    needs: ['chat-turn'],
    budgetMs: 600_000,
    covers: ['S1-8', 'S1-11', 'E-I', 'E-M'],
  },
  async (t) => expectRapidMessages(t),
);

check(
  {
    id: 'RES-11',
    title: `${TABS} connections with one token at once are all welcomed as its user and alive`,
    severity: 'major',
    owner: 'backend',
    requires: [atLeast(TABS, 'ws.open'), atLeast(TABS, 'ws.pong')],
    needs: ['liveness', 'RES-01'],
    requests: TABS + 1,
    covers: ['S3-17', 'S3-11', 'S3-18', 'S3-20', 'E-F'],
  },
  async (t) => expectTabs(t),
);
