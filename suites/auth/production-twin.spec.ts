import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';
import { expectNoExchangeInProduction, expectRefusedByTwin } from '../../lib/harness/production-twin.ts';

check(
  {
    id: 'AUTH-39',
    title: 'a production-like target refuses a token that staging accepts',
    severity: 'major',
    owner: 'auth',
    requires: ['http.answered', 'control.accepted'],
    needs: ['clock', 'welcome', 'AUTH-01', 'AUTH-13'],
    lane: 'refusals',
    capabilities: ['production-twin'],
    covers: ['S0-15', 'S4-4', 'S4-8', 'R-15'],
  },
  async (t) => {
    await expectRefusedByTwin(t, await t.token(t.user()), 'AUTH-ENVIRONMENT-ACCEPTED');
  },
);

check(
  {
    id: 'AUTH-40',
    title: 'a production-like target refuses a connection without a token',
    severity: 'major',
    owner: 'auth',
    requires: ['http.answered', 'control.accepted'],
    needs: ['clock', 'welcome', 'AUTH-01'],
    lane: 'refusals',
    capabilities: ['production-twin'],
    covers: ['S4-4'],
  },
  async (t) => {
    await expectRefusedByTwin(t, null, 'AUTH-NOT-ENFORCED');
  },
);

check(
  {
    id: 'AUTH-41',
    title:
      'a production-like target gives no token for the bypass key, and staging gives one for the same key',
    severity: 'major',
    owner: 'auth',
    requires: [atLeast(2, 'http.answered'), 'control.accepted'],
    needs: ['token'],
    capabilities: ['production-twin', 'bypass-exchange'],
    covers: ['S0-15', 'S4-8', 'R-15'],
  },
  async (t) => expectNoExchangeInProduction(t),
);
