import { expectBody } from '../../lib/harness/body.ts';
import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';
import { awaitMessage, wireType } from '../../lib/harness/frame-wait.ts';
import { expectPong } from '../../lib/harness/liveness.ts';
import { expectCompleted } from '../../lib/harness/turn-expectation.ts';

const CONNECTIONS = 7;

check(
  {
    id: 'CORE-01',
    title: 'health check: /health and /api/health both say that the service is up',
    severity: 'critical',
    owner: 'operations',
    requires: [atLeast(2, 'http.answered')],
    needs: ['health'],
    covers: ['S0-4', 'S2-7', 'E-A', 'E-L'],
  },
  async (t) => {
    for (const path of ['/health', '/api/health']) {
      const health = expectBody(t, 'health', await t.answered('GET', path));
      t.expectEqual('HLT-STATUS', { where: path, expected: 'up', actual: health.standing });
    }
  },
);

check(
  {
    id: 'CORE-02',
    title: 'websocket connection: a valid token opens a connection on which a ping message gets its pong',
    severity: 'blocker',
    owner: 'backend',
    requires: ['ws.open', 'ws.message.out', atLeast(2, 'ws.message.in')],
    needs: ['liveness'],
    capabilities: ['application-ping'],
    covers: ['S0-4', 'S0-8', 'S2-6', 'E-A'],
  },
  async (t) => {
    const session = await t.session(t.user());
    session.connection.send({ type: 'ping' });
    await awaitMessage(t, session, {
      what: 'a pong message',
      rule: 'WS-PONG-MISSING',
      budgetMs: t.budgets.welcome.failMs ?? 5_000,
      accepts: (message) => wireType(message) === 'pong',
    });
  },
);

check(
  {
    id: 'CORE-03',
    title: 'api endpoints for agents: discovery, MCP configuration and MCP servers answer with JSON',
    severity: 'critical',
    owner: 'backend',
    requires: [atLeast(3, 'http.answered')],
    needs: ['health'],
    capabilities: ['discovery-api', 'mcp-api'],
    covers: ['S0-4', 'S2-7', 'E-A', 'E-N'],
  },
  async (t) => {
    for (const path of ['/api/discovery/services', '/api/mcp/config', '/api/mcp/servers']) {
      const answer = await t.answered('GET', path);
      t.expectThat(answer.status === 200, path.includes('/mcp/') ? 'API-MCP-MISSING' : 'API-STATUS', {
        where: path,
        expected: 'HTTP 200',
        actual: `HTTP ${answer.status}`,
        evidence: [answer.evidence],
      });
      t.stopIfBroken();
      t.expectThat(answer.jsonError === null, 'API-NOT-JSON', {
        where: path,
        expected: 'a JSON body',
        actual: answer.jsonError ?? '-',
        evidence: [answer.evidence],
      });
    }
  },
);

check(
  {
    id: 'CORE-04',
    title:
      'websocket event flow: a user_message is answered by agent events of its own run, up to a terminal one',
    severity: 'blocker',
    owner: 'agents',
    requires: ['ws.open', 'ws.message.out', atLeast(3, 'ws.message.in'), 'chat.turn.terminal'],
    needs: ['chat-turn'],
    budgetMs: 120_000,
    covers: ['S0-4', 'S1-8', 'S2-6', 'S4-1', 'E-A', 'E-D'],
  },
  async (t) => {
    const session = await t.session(t.user());
    const turn = await t.turn(session, {
      prompt: `use 1 tools, say hello and repeat the marker ${t.canary()}`,
      form: 'user_message',
    });
    expectCompleted(t, turn, 'turn that a user_message started');
  },
);

check(
  {
    id: 'CORE-05',
    title: `concurrent websocket: ${CONNECTIONS} connections of ${CONNECTIONS} users at once are all welcomed and alive`,
    severity: 'critical',
    owner: 'backend',
    requires: [atLeast(CONNECTIONS, 'ws.open'), atLeast(CONNECTIONS, 'ws.pong'), 'isolation.overlap'],
    needs: ['liveness'],
    requests: CONNECTIONS,
    covers: ['S0-4', 'S2-6', 'S3-20', 'S4-1', 'E-A'],
  },
  async (t) => {
    const sessions = await t.sessions(t.users(CONNECTIONS));
    await Promise.all(sessions.map(async ({ connection }) => expectPong(t, connection)));
    t.recordOverlap(sessions);
  },
);
