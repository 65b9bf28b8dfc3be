import { expectBody } from '../../lib/harness/body.ts';
import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';
import { awaitMessage, wireType } from '../../lib/harness/frame-wait.ts';

const CONNECTIONS = 7;

check(
  {
    id: 'CORE-01',
    title: 'health check: /health and /api/health both say that the service is up',
    severity: 'critical',
    owner: 'operations',
    requires: [atLeast(2, 'http.answered')],
    needs: ['health'],
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
    title: 'api endpoints for agents: discovery, MCP configuration and MCP servers answer with their bodies',
    severity: 'critical',
    owner: 'backend',
    requires: [atLeast(3, 'http.answered')],
    needs: ['health'],
    capabilities: ['discovery-api', 'mcp-api'],
  },
  async (t) => {
    const discovery = expectBody(t, 'discovery', await t.answered('GET', '/api/discovery/services'));
    t.expectEqual('API-DISCOVERY-FALLBACK', {
      where: '/api/discovery/services',
      expected: 'live entries',
      actual: discovery.isStaticFallback ? 'the static fallback' : 'live entries',
    });
    const config = await t.answered('GET', '/api/mcp/config');
    t.expectThat(config.status === 200, 'API-MCP-MISSING', {
      where: '/api/mcp/config',
      expected: 'HTTP 200',
      actual: `HTTP ${config.status}`,
      evidence: [config.evidence],
    });
    t.stopIfBroken();
    expectBody(t, 'mcp-config', config);
    const servers = expectBody(t, 'mcp-servers', await t.answered('GET', '/api/mcp/servers'));
    t.expectThat(servers.length > 0, 'API-BODY', {
      where: '/api/mcp/servers',
      expected: 'at least one server',
      actual: 'an empty list',
    });
  },
);

check(
  {
    id: 'CORE-04',
    title: 'websocket event flow: a message is answered by agent events of its own run, up to a terminal one',
    severity: 'blocker',
    owner: 'agents',
    requires: ['ws.open', 'ws.message.out', atLeast(3, 'ws.message.in'), 'chat.turn.terminal'],
    needs: ['chat-turn'],
  },
  async (t) => {
    const marker = t.canary();
    const session = await t.session(t.user());
    const turn = await t.turn(session, { prompt: `Say hello and repeat the marker ${marker}` });
    t.expectEqual('ORD-TERMINAL-MISSING', {
      where: 'chat turn',
      expected: 'terminal',
      actual: turn.ended,
      evidence: [turn.evidence],
    });
    t.stopIfBroken();
    t.expectThat(turn.finalText?.includes(marker) === true, 'EVT-RESULT-WRONG', {
      where: 'final response',
      expected: 'an answer to this prompt, with its marker',
      actual: 'an answer without it',
      evidence: [turn.evidence],
    });
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
  },
  async (t) => {
    const sessions = await t.sessions(t.users(CONNECTIONS));
    await Promise.all(sessions.map(async ({ connection }) => connection.ping(t.signal)));
    t.recordOverlap(sessions);
  },
);
