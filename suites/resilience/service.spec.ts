import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';
import {
  expectHealthBody,
  expectNoColdStart,
  expectNoRateLimit,
  expectOneEnvironment,
  expectSteadyState,
  expectTimeoutsSet,
  STATE_READINGS,
} from '../../lib/harness/service-state.ts';

/** Between two readings of health and readiness, at time scale 1. */
const READING_INTERVAL_MS = 1_000;

check(
  {
    id: 'RES-13',
    title: `health and readiness say the same in each of ${STATE_READINGS} readings over the phase`,
    severity: 'major',
    owner: 'infrastructure',
    requires: [atLeast(2 * STATE_READINGS, 'http.answered')],
    needs: ['readiness'],
    capabilities: ['readiness-endpoint'],
    requests: 2 * STATE_READINGS,
    covers: ['S0-26', 'R-8', 'E-L'],
  },
  async (t) => expectSteadyState(t, READING_INTERVAL_MS * t.settings.timeScale),
);

check(
  {
    id: 'RES-14',
    title: 'a client within the declared rate is never answered HTTP 429',
    severity: 'major',
    owner: 'infrastructure',
    requires: [atLeast(5, 'http.answered')],
    needs: ['health'],
    requests: 5,
    covers: ['E-A', 'E-L'],
  },
  async (t) => expectNoRateLimit(t),
);

check(
  {
    id: 'RES-15',
    title: 'the first request of the run is served like the later ones',
    severity: 'major',
    owner: 'infrastructure',
    requires: [atLeast(6, 'http.answered'), atLeast(5, 'measure.sample')],
    requests: 5,
    covers: ['R-21', 'S0-10', 'E-F', 'E-L'],
  },
  async (t) => expectNoColdStart(t),
);

check(
  {
    id: 'RES-16',
    title: 'the health body names status, service and version, or its status alone',
    severity: 'minor',
    owner: 'backend',
    requires: ['http.answered'],
    needs: ['readiness'],
    covers: ['S4-10', 'E-L'],
  },
  async (t) => expectHealthBody(t),
);

check(
  {
    id: 'RES-17',
    title: 'every place that names the environment names the same one',
    severity: 'major',
    owner: 'operations',
    requires: [atLeast(4, 'http.answered')],
    needs: ['environment', 'readiness'],
    capabilities: ['environment-marker'],
    covers: ['S1-3', 'S4-11', 'E-B', 'E-L'],
  },
  async (t) => expectOneEnvironment(t),
);

check(
  {
    id: 'RES-18',
    title: 'heartbeat interval and connection timeout are configured, the first below the second',
    severity: 'minor',
    owner: 'operations',
    requires: ['http.answered'],
    needs: ['readiness'],
    capabilities: ['socket-limits'],
    covers: ['S4-19', 'E-K', 'E-L'],
  },
  async (t) => expectTimeoutsSet(t),
);
