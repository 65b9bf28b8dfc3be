import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';
import { expectLatency } from '../../lib/harness/latency.ts';
import { expectNoGrowth, turnBatch, turnLatency, TURNS } from '../../lib/harness/turn-batch.ts';

const SHARED = {
  severity: 'major',
  owner: 'agents',
  // A turn that never ends is a value of its own: how long it was waited for.
  requires: [atLeast(TURNS - 1, 'chat.turn.terminal'), atLeast(TURNS - 1, 'measure.sample')],
  needs: ['chat-turn'],
  budgetMs: 900_000,
} as const;

check(
  {
    ...SHARED,
    id: 'PERF-06',
    title: `the first event of each of ${TURNS} turns comes within its budget`,
    requests: 2,
    covers: ['S1-25', 'R-18', 'E-F'],
  },
  async (t) => {
    const { firstEvent } = t.budgets;
    expectLatency(
      t,
      turnLatency(await turnBatch(t), 'first event', ({ firstEventMs }) => firstEventMs),
      [{ statistic: 'max', rule: 'TIM-FIRST-EVENT', ...firstEvent }],
    );
  },
);

check(
  {
    ...SHARED,
    id: 'PERF-07',
    title: `the silences inside each of ${TURNS} turns stay within their budget`,
    requests: 0,
    covers: ['R-18', 'E-F'],
  },
  async (t) => {
    const { eventGap } = t.budgets;
    expectLatency(
      t,
      turnLatency(await turnBatch(t), 'gap between events', ({ maxGapMs }) => maxGapMs),
      [{ statistic: 'max', rule: 'TIM-GAP', ...eventGap }],
    );
  },
);

check(
  {
    ...SHARED,
    id: 'PERF-08',
    title: `each of ${TURNS} turns ends within its budget`,
    requests: 0,
    covers: ['S0-21', 'S1-25', 'R-18', 'E-F', 'E-K'],
  },
  async (t) => {
    const { turn } = t.budgets;
    expectLatency(
      t,
      turnLatency(await turnBatch(t), 'whole turn', ({ totalMs }) => totalMs),
      [{ statistic: 'max', rule: 'TIM-TURN', ...turn }],
    );
  },
);

check(
  {
    ...SHARED,
    id: 'PERF-09',
    title: 'turns do not get slower the more of them a connection has served',
    requests: 0,
    covers: ['S3-16', 'E-F'],
  },
  async (t) => expectNoGrowth(t, await turnBatch(t)),
);
