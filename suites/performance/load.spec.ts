import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';
import { expectNoConnectionLeak } from '../../lib/harness/connection-churn.ts';
import { expectBoundedMemory, expectThroughput } from '../../lib/harness/load-judgement.ts';
import { LOAD_USERS } from '../../lib/harness/load-round.ts';
import { OPENINGS } from '../../lib/harness/openings.ts';

/** One at a time: what one of them does to the target must not be measured by another. */
const LOAD = { lane: 'load', needs: ['chat-turn'], budgetMs: 900_000 } as const;

check(
  {
    ...LOAD,
    id: 'PERF-17',
    title: `${LOAD_USERS} users at once complete all their turns, at twice the rate of one user or more`,
    severity: 'major',
    owner: 'agents',
    requires: [
      atLeast(LOAD_USERS, 'ws.open'),
      atLeast(4 * LOAD_USERS, 'chat.turn.terminal'),
      'isolation.overlap',
    ],
    requests: 2 * LOAD_USERS + 13,
    covers: ['S1-19', 'S1-25', 'S3-20', 'E-F'],
  },
  async (t) => expectThroughput(t),
);

check(
  {
    ...LOAD,
    id: 'PERF-18',
    title: 'the memory of the target does not grow with the turns that it serves',
    severity: 'minor',
    owner: 'backend',
    requires: [atLeast(5 * 3, 'chat.turn.terminal'), atLeast(10, 'measure.sample')],
    capabilities: ['memory-metric'],
    requests: 0,
    covers: ['S1-20', 'S2-10', 'S2-23', 'E-F'],
  },
  async (t) => expectBoundedMemory(t),
);

check(
  {
    ...LOAD,
    id: 'PERF-19',
    needs: ['chat-turn', 'PERF-01'],
    title: `no connection stays behind when ${OPENINGS} are opened and closed`,
    severity: 'major',
    owner: 'backend',
    requires: [atLeast(OPENINGS, 'ws.open'), atLeast(OPENINGS, 'ws.close'), atLeast(2, 'measure.sample')],
    capabilities: ['connection-count'],
    requests: OPENINGS + 8,
    covers: ['S3-10', 'S4-24', 'E-F'],
  },
  async (t) => expectNoConnectionLeak(t, t.budgets.welcome.failMs ?? 5_000),
);
