import { expectBody } from '../../lib/harness/body.ts';
import { check } from '../../lib/harness/check.ts';

check(
  {
    id: 'CORE-06',
    title: 'discovery reports live services, not its static fallback',
    severity: 'major',
    owner: 'backend',
    requires: ['http.answered'],
    needs: ['health', 'CORE-03'],
    capabilities: ['discovery-api'],
    requests: 1,
    covers: ['S2-7', 'E-A'],
  },
  async (t) => {
    const discovery = expectBody(t, 'discovery', await t.answered('GET', '/api/discovery/services'));
    t.expectEqual('API-DISCOVERY-FALLBACK', {
      where: '/api/discovery/services',
      expected: 'live entries',
      actual: discovery.isStaticFallback ? 'the static fallback' : 'live entries',
    });
  },
);

check(
  {
    id: 'CORE-07',
    title: 'the MCP configuration is an object that is not empty',
    severity: 'minor',
    owner: 'backend',
    requires: ['http.answered'],
    needs: ['health', 'CORE-03'],
    capabilities: ['mcp-api'],
    requests: 1,
    covers: ['S2-7', 'E-A'],
  },
  async (t) => {
    expectBody(t, 'mcp-config', await t.answered('GET', '/api/mcp/config'));
  },
);

check(
  {
    id: 'CORE-08',
    title: 'the list of MCP servers names at least one server, with its status',
    severity: 'minor',
    owner: 'backend',
    requires: ['http.answered'],
    needs: ['health', 'CORE-03'],
    capabilities: ['mcp-api'],
    requests: 1,
    covers: ['S2-7', 'E-A'],
  },
  async (t) => {
    const servers = expectBody(t, 'mcp-servers', await t.answered('GET', '/api/mcp/servers'));
    t.expectThat(servers.length > 0 && servers.every(({ status }) => status !== undefined), 'API-BODY', {
      where: '/api/mcp/servers',
      expected: 'at least one server, each with a status',
      actual: `${servers.length} server(s)`,
    });
  },
);
