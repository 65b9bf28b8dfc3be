import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';
import { expectLatency } from '../../lib/harness/latency.ts';
import {
  expectNoInternalError,
  expectSecondConnectNotSlower,
  expectSuccessRate,
} from '../../lib/harness/opening-judgement.ts';
import { openingLatency, OPENINGS, OPENINGS_FLOOR, openings } from '../../lib/harness/openings.ts';

const SHARED = { needs: ['chat-turn'], budgetMs: 300_000 } as const;

check(
  {
    ...SHARED,
    id: 'PERF-01',
    title: `at least 95 % of ${OPENINGS} openings end in a welcome`,
    severity: 'critical',
    owner: 'backend',
    // Openings that fail are values too; fewer than half welcomed is no target to measure.
    requires: [atLeast(OPENINGS / 2, 'ws.open')],
    requests: OPENINGS + 1,
    covers: ['S2-9', 'S2-20', 'S3-26', 'S4-24', 'R-19', 'R-23', 'E-F'],
  },
  async (t) => expectSuccessRate(t),
);

check(
  {
    ...SHARED,
    id: 'PERF-02',
    title: `none of ${OPENINGS} openings ends in close code 1011`,
    severity: 'critical',
    owner: 'backend',
    requires: [atLeast(OPENINGS_FLOOR, 'ws.open')],
    requests: 0,
    covers: ['S0-5', 'S2-8', 'S2-21', 'R-19', 'E-G'],
  },
  async (t) => expectNoInternalError(t),
);

check(
  {
    ...SHARED,
    id: 'PERF-03',
    title: 'the opening handshake takes at most 5 s on average and 10 s at worst',
    severity: 'major',
    owner: 'backend',
    requires: [atLeast(OPENINGS_FLOOR, 'measure.sample')],
    needs: ['chat-turn', 'PERF-01'],
    requests: 0,
    covers: ['S0-21', 'S1-25', 'S3-8', 'S3-15', 'E-F'],
  },
  async (t) => {
    const { connect } = t.budgets;
    expectLatency(
      t,
      openingLatency(await openings(t), 'opening handshake', ({ connectMs }) => connectMs),
      [
        { statistic: 'mean', rule: 'TIM-CONNECT', warnMs: null, failMs: connect.warnMs },
        { statistic: 'max', rule: 'TIM-CONNECT', warnMs: null, failMs: connect.failMs },
      ],
    );
  },
);

check(
  {
    ...SHARED,
    id: 'PERF-04',
    title: 'the welcome follows the opening handshake within 5 s, at the 95th percentile',
    severity: 'major',
    owner: 'backend',
    requires: [atLeast(OPENINGS_FLOOR, 'measure.sample')],
    needs: ['chat-turn', 'PERF-01'],
    requests: 0,
    covers: ['S3-8', 'S3-15', 'R-23', 'E-F'],
  },
  async (t) => {
    const { welcome } = t.budgets;
    expectLatency(
      t,
      openingLatency(await openings(t), 'welcome', ({ welcomeMs }) => welcomeMs),
      [{ statistic: 'p95', rule: 'TIM-WELCOME', ...welcome }],
    );
  },
);

check(
  {
    id: 'PERF-05',
    title: 'connecting again with the same token is not slower than the first time',
    severity: 'minor',
    owner: 'backend',
    requires: [atLeast(10, 'ws.open'), atLeast(10, 'measure.sample')],
    needs: ['chat-turn', 'PERF-01'],
    requests: 15,
    covers: ['S0-20', 'E-F'],
  },
  async (t) => expectSecondConnectNotSlower(t),
);
