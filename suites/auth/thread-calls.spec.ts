import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';
import { expectThreadCallsRefused, THREAD_REFUSAL_ANSWERS } from '../../lib/harness/thread-refusal.ts';

check(
  {
    id: 'AUTH-44',
    title: 'every call of the thread API on a thread is refused without a token, and made for its owner',
    severity: 'critical',
    owner: 'auth',
    requires: [atLeast(THREAD_REFUSAL_ANSWERS, 'http.answered'), 'control.accepted'],
    needs: ['clock', 'welcome', 'AUTH-01', 'AUTH-07', 'API-02', 'API-03', 'API-04', 'API-13'],
    lane: 'refusals',
    capabilities: ['thread-api'],
    requests: THREAD_REFUSAL_ANSWERS + 4,
    covers: ['E-A'],
  },
  async (t) => expectThreadCallsRefused(t, 'no token'),
);

check(
  {
    id: 'AUTH-45',
    title: 'every call of the thread API on a thread is refused with a token that has expired',
    severity: 'critical',
    owner: 'auth',
    requires: [atLeast(THREAD_REFUSAL_ANSWERS, 'http.answered'), 'control.accepted'],
    needs: ['clock', 'welcome', 'AUTH-03', 'AUTH-07', 'API-02', 'API-03', 'API-04', 'API-13'],
    lane: 'refusals',
    capabilities: ['thread-api', 'signing-key'],
    requests: THREAD_REFUSAL_ANSWERS + 4,
    covers: ['S0-16', 'E-A'],
  },
  async (t) => expectThreadCallsRefused(t, 'expired'),
);
