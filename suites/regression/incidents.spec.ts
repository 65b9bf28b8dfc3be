import { atLeast } from '../../lib/harness/check-definition.ts';
import {
  exchangedTokens,
  initialiseMany,
  internalErrorsWhileNotReady,
  messageBeforeWelcome,
  progress,
  staleOpenings,
  startAtOpening,
  startTogether,
} from '../../lib/harness/incidents.ts';
import { reproductionCheck } from '../../lib/harness/reproduction.ts';

const NO_1011 = 'no close code 1011';

reproductionCheck(
  {
    id: 'REG-01',
    title: 'incident: start_agent right after the opening ends in close code 1011',
    severity: 'critical',
    owner: 'backend',
    attempts: 10,
    expected: NO_1011,
    requires: [atLeast(10, 'ws.open'), atLeast(10, 'ws.message.out'), atLeast(10, 'ws.message.in')],
    needs: ['opening-handshake'],
    budgetMs: 120_000,
    requests: 20,
    covers: ['S0-5', 'S1-7', 'S1-8', 'S2-6', 'S2-8', 'R-10', 'E-G'],
  },
  async (t) => startAtOpening(t, 10),
);

reproductionCheck(
  {
    id: 'REG-02',
    title: 'incident: five starts of one user at the same moment end in close code 1011',
    severity: 'critical',
    owner: 'backend',
    attempts: 5,
    expected: NO_1011,
    requires: [atLeast(5, 'ws.open'), atLeast(10, 'ws.message.out'), atLeast(10, 'ws.message.in')],
    needs: ['welcome'],
    budgetMs: 120_000,
    requests: 6,
    covers: ['S1-11', 'R-10', 'E-G'],
  },
  async (t) => startTogether(t, 5),
);

reproductionCheck(
  {
    id: 'REG-03',
    title: 'incident: the services of a connection fail to initialise, and it ends in close code 1011',
    severity: 'critical',
    owner: 'backend',
    attempts: 8,
    expected: 'a welcome on every one of them, all open at once',
    requires: [atLeast(8, 'ws.open'), atLeast(8, 'ws.message.in')],
    needs: ['opening-handshake'],
    requests: 9,
    covers: ['S1-9', 'S1-10', 'R-10', 'E-G'],
  },
  async (t) => initialiseMany(t, 8),
);

reproductionCheck(
  {
    id: 'REG-04',
    title: 'incident: a connection that is ready and has answered falls back to close code 1011',
    severity: 'critical',
    owner: 'backend',
    attempts: 5,
    expected: 'connected, welcomed, a finished turn, and a pong after it',
    requires: [atLeast(5, 'ws.open'), atLeast(10, 'ws.message.out'), atLeast(10, 'ws.message.in')],
    needs: ['welcome'],
    capabilities: ['application-ping'],
    budgetMs: 120_000,
    requests: 10,
    covers: ['S1-12', 'S2-13', 'R-10', 'E-G'],
  },
  async (t) => progress(t, 5),
);

reproductionCheck(
  {
    id: 'REG-05',
    title: 'incident: a fix counts as delivered while every opening is still answered by another revision',
    severity: 'critical',
    owner: 'operations',
    attempts: 5,
    expected: 'the expected revision on every opening',
    requires: [atLeast(5, 'ws.open')],
    needs: ['token'],
    capabilities: ['revision-endpoint', 'revision-on-opening'],
    requests: 10,
    covers: ['S2-2', 'S2-3', 'R-9', 'R-10'],
  },
  async (t) => staleOpenings(t, 5),
);

reproductionCheck(
  {
    id: 'REG-06',
    title: 'incident: a token that the bypass exchange has just issued is refused by the opening handshake',
    severity: 'critical',
    owner: 'auth',
    attempts: 5,
    expected: 'HTTP 101 for every exchanged token',
    requires: [atLeast(5, 'ws.open'), atLeast(5, 'token.accepted-source')],
    needs: ['token'],
    capabilities: ['bypass-exchange'],
    requests: 10,
    covers: ['S0-6', 'S0-7', 'S1-17', 'R-10', 'E-A'],
  },
  async (t) => exchangedTokens(t, 5),
);

reproductionCheck(
  {
    id: 'REG-07',
    title: 'incident: a message sent before the welcome is lost, or ends the connection in close code 1011',
    severity: 'critical',
    owner: 'backend',
    attempts: 10,
    expected: 'the message is queued and answered',
    requires: [atLeast(10, 'ws.open'), atLeast(10, 'ws.message.out'), atLeast(10, 'ws.message.in')],
    needs: ['opening-handshake'],
    capabilities: ['application-ping'],
    requests: 20,
    covers: ['S2-14', 'S1-16', 'R-10', 'E-G'],
  },
  async (t) => messageBeforeWelcome(t, 10),
);

reproductionCheck(
  {
    id: 'REG-08',
    title: 'incident: a target that says it is not ready ends connections in close code 1011',
    severity: 'critical',
    owner: 'infrastructure',
    attempts: 5,
    expected: 'readiness, and a welcome on every opening',
    requires: [atLeast(5, 'ws.open'), atLeast(5, 'ws.message.in')],
    needs: ['token'],
    capabilities: ['readiness-endpoint'],
    requests: 10,
    covers: ['S0-12', 'R-10', 'E-G'],
  },
  async (t) => internalErrorsWhileNotReady(t, 5),
);
