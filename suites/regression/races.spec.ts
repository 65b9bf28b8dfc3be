import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';
import { DELAYS_MS, expectNoRaceOnConnect, TRIES_PER_DELAY } from '../../lib/harness/dose-response.ts';
import { expectEventsAfterLateConnect } from '../../lib/harness/late-connect.ts';

const TRIES = DELAYS_MS.length * TRIES_PER_DELAY;

check(
  {
    id: 'REG-09',
    title: `the first message is answered, whether it leaves ${DELAYS_MS.join(', ')} ms after the opening`,
    severity: 'critical',
    owner: 'backend',
    requires: [atLeast(TRIES, 'dose.try'), atLeast(TRIES, 'ws.open'), atLeast(TRIES, 'ws.message.in')],
    needs: ['opening-handshake'],
    capabilities: ['application-ping'],
    budgetMs: 120_000,
    requests: TRIES + DELAYS_MS.length,
    covers: ['S2-14', 'S3-15', 'S3-17', 'S3-26', 'E-G'],
  },
  async (t) => expectNoRaceOnConnect(t),
);

check(
  {
    id: 'REG-10',
    title: 'a client that connects late gets the first event of its turn within three seconds',
    severity: 'major',
    owner: 'backend',
    requires: [atLeast(3, 'chat.turn.terminal'), atLeast(3, 'measure.sample')],
    needs: ['chat-turn'],
    requests: 6,
    covers: ['S1-4', 'S3-15'],
  },
  async (t) => expectEventsAfterLateConnect(t),
);
