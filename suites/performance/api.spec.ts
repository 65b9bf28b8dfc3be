import { API_REQUESTS, expectApiLatency, expectThreadTiming } from '../../lib/harness/api-latency.ts';
import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';

const API = {
  severity: 'major',
  owner: 'backend',
  requires: [atLeast(API_REQUESTS, 'http.answered'), atLeast(API_REQUESTS, 'measure.sample')],
  requests: API_REQUESTS,
  budgetMs: 300_000,
  // One endpoint at a time: our own requests must not wait for each other.
  lane: 'api-latency',
} as const;

check(
  {
    ...API,
    id: 'PERF-10',
    title: '/api/mcp/servers answers within the percentiles of the API',
    needs: ['readiness'],
    capabilities: ['mcp-api'],
    covers: ['S2-7', 'R-23', 'E-F'],
  },
  async (t) => expectApiLatency(t, { method: 'GET', path: '/api/mcp/servers' }),
);

check(
  {
    ...API,
    id: 'PERF-11',
    title: '/api/discovery/services answers within the percentiles of the API',
    needs: ['readiness'],
    capabilities: ['discovery-api'],
    covers: ['S2-7', 'R-23', 'E-F'],
  },
  async (t) => expectApiLatency(t, { method: 'GET', path: '/api/discovery/services' }),
);

check(
  {
    ...API,
    id: 'PERF-12',
    title: 'the list of threads answers within the percentiles of the API',
    needs: ['welcome', 'API-02'],
    capabilities: ['thread-api'],
    requests: API_REQUESTS + 1,
    covers: ['R-23', 'E-F'],
  },
  async (t) => expectApiLatency(t, { method: 'GET', path: '/api/threads', token: await t.token(t.user()) }),
);

check(
  {
    ...API,
    id: 'PERF-20',
    title: 'the auth service answers within the percentiles of the API',
    owner: 'auth',
    needs: ['token'],
    covers: ['S1-25', 'R-23', 'E-F'],
  },
  async (t) => expectApiLatency(t, { method: 'GET', path: '/health', target: 'auth' }),
);

const THREADS = {
  severity: 'major',
  owner: 'backend',
  needs: ['welcome', 'API-02'],
  capabilities: ['thread-api'],
  budgetMs: 120_000,
} as const;

check(
  {
    ...THREADS,
    id: 'PERF-13',
    title: 'creating a thread takes no longer than its budget',
    requires: [atLeast(3, 'http.answered'), atLeast(3, 'measure.sample')],
    requests: 17,
    covers: ['S1-21'],
  },
  async (t) => expectThreadTiming(t, 'create', t.budgets.threadCreate),
);

check(
  {
    ...THREADS,
    id: 'PERF-14',
    title: 'storing a batch of ten messages takes no longer than its budget',
    requires: [atLeast(10, 'http.answered'), 'measure.sample'],
    requests: 0,
    covers: ['S1-22'],
  },
  async (t) => expectThreadTiming(t, 'batch', t.budgets.messageBatch),
);

check(
  {
    ...THREADS,
    id: 'PERF-15',
    title: 'storing a message takes no longer than its budget',
    requires: [atLeast(10, 'http.answered'), atLeast(10, 'measure.sample')],
    requests: 0,
    covers: ['S1-23'],
  },
  async (t) => expectThreadTiming(t, 'store', t.budgets.messageStore),
);

check(
  {
    ...THREADS,
    id: 'PERF-16',
    title: 'reading the messages of a thread takes no longer than its budget',
    requires: [atLeast(3, 'http.answered'), atLeast(3, 'measure.sample')],
    requests: 0,
    covers: ['S1-24'],
  },
  async (t) => expectThreadTiming(t, 'read', t.budgets.messageRead),
);
