import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';
import { expectEveryOpening } from '../../lib/harness/opening-judgement.ts';
import { OPENINGS } from '../../lib/harness/openings.ts';
import {
  expectHistory,
  expectIdleSurvival,
  expectReconnect,
  RECONNECTS,
} from '../../lib/harness/reconnect.ts';

check(
  {
    id: 'RES-01',
    title: `a client that chatted and closed its connection is served again with the same token, ${RECONNECTS} of ${RECONNECTS} times, within 5 s`,
    severity: 'critical',
    owner: 'backend',
    requires: [
      atLeast(1 + RECONNECTS, 'ws.open'),
      'chat.turn.terminal',
      atLeast(RECONNECTS, 'measure.sample'),
    ],
    needs: ['chat-turn'],
    requests: 2 + RECONNECTS,
    covers: ['S1-4', 'S4-20', 'E-I'],
  },
  async (t) => expectReconnect(t),
);

check(
  {
    id: 'RES-03',
    title: 'a message on a second connection is answered, and the thread holds the messages of both',
    severity: 'critical',
    owner: 'backend',
    requires: [atLeast(2, 'ws.open'), atLeast(2, 'chat.turn.terminal'), 'http.answered'],
    needs: ['chat-turn', 'RES-01', 'API-02'],
    capabilities: ['thread-api'],
    covers: ['E-I'],
  },
  async (t) => expectHistory(t),
);

check(
  {
    id: 'RES-04',
    title:
      'a connection on which nothing is said for IDLE_SURVIVAL_MS (20 s by default) stays open and usable',
    severity: 'major',
    owner: 'infrastructure',
    requires: ['ws.open', 'ws.pong'],
    needs: ['liveness'],
    // The longest idle time that can be set, and the session around it.
    budgetMs: 660_000,
    covers: ['S4-19', 'S4-20', 'E-I'],
  },
  async (t) => expectIdleSurvival(t, t.settings.idleSurvivalMs * t.settings.timeScale),
);

check(
  {
    id: 'RES-05',
    title: `none of ${OPENINGS} openings in a row fails, without a retry`,
    severity: 'critical',
    owner: 'backend',
    requires: [atLeast(OPENINGS / 2, 'ws.open')],
    needs: ['chat-turn', 'RES-01'],
    budgetMs: 300_000,
    requests: OPENINGS + 1,
    covers: ['S3-26', 'S0-22', 'E-G'],
  },
  async (t) => expectEveryOpening(t),
);
