import type { RunRecord } from '../../evidence/run-record.ts';
import { SAMPLE_REVISION } from '../../evidence/testing/sample-record.ts';
import type { HypothesisName } from '../hypothesis.ts';
import type { SampleRun } from './sample-run.ts';

/** What one story adds to a run; fields of the record beside checks and rungs. */
export type Story = (run: SampleRun) => Partial<RunRecord> | void;

const READY = {
  status: 'ready',
  websocket_readiness: { status: 'healthy', websocket_ready: true, details: { state: 'websocket_ready' } },
};
export const NOT_READY = {
  status: 'ready',
  websocket_readiness: {
    status: 'unhealthy',
    websocket_ready: false,
    details: { state: 'failed', failed_services: ['database', 'auth_validation'] },
  },
};
export const reading = (revision: string | null, evidence: string) => ({
  source: 'GET /api/system/info',
  revision,
  firstAtMs: 1,
  lastAtMs: 2,
  count: 3,
  evidence,
});

/** One story per hypothesis: what a run of it looks like at the least. */
export const STORIES: Readonly<Record<Exclude<HypothesisName, 'UNKNOWN'>, Story>> = {
  HARNESS_FAULT: (run) => {
    run.red('AGENT-01', ['TIM-GAP']);
    run.add({
      kind: 'probe',
      probe: 'own-client',
      answer: false,
      text: 'our client fails against our own backend',
    });
  },
  STALE_DEPLOYMENT: (run) => {
    const id = run.http('/api/system/info', 200);
    run.rung('revision', 'HLT-REVISION-STALE', [id]).red('AGENT-01', ['WS-CLOSE-INTERNAL-ERROR']);
    return {
      revision: { expected: SAMPLE_REVISION, policy: 'required', readings: [reading('b'.repeat(40), id)] },
    };
  },
  MIXED_ROLLOUT: (run) => {
    const ids = [run.http('/api/system/info', 200), run.http('/api/system/info', 200)];
    return {
      revision: {
        expected: SAMPLE_REVISION,
        policy: 'required',
        readings: [reading('b'.repeat(40), ids[0] ?? ''), reading(SAMPLE_REVISION, ids[1] ?? '')],
      },
    };
  },
  WRONG_TARGET: (run) => {
    run.rung('environment', 'HLT-ENVIRONMENT', [run.http('/health', 200)]);
  },
  NETWORK_TLS_DNS: (run) => {
    run.rung('transport', 'HLT-TLS', [run.add({ kind: 'note', text: 'certificate has expired' })]);
  },
  COLD_START: (run) => {
    run.rung('health', 'HLT-DOWN', [
      run.http('/health', 503, { status: 'unhealthy', startup_in_progress: true }),
    ]);
    run.http('/health', 200, { status: 'healthy' });
  },
  SERVICE_DOWN: (run) => {
    const nobody = {
      kind: 'failed',
      phase: 'tcp',
      cause: 'connection refused',
      code: 'ECONNREFUSED',
    } as const;
    run.rung('health', null, [run.http('/health', nobody)]);
    run.http('/api/system/info', nobody);
  },
  ANSWER_CUT_OFF: (run) => {
    const cut = {
      kind: 'failed',
      phase: 'body',
      cause: 'other side closed',
      code: 'UND_ERR_SOCKET',
    } as const;
    run.rung('health', null, [run.http('/health', cut)]);
    run.http('/health', cut);
  },
  CLOCK_SKEW: (run) => {
    run.rung('clock', 'HLT-CLOCK-SKEW', [run.http('/health', 200, { status: 'ok' })]);
  },
  READINESS_DEGRADED: (run) => {
    run.rung('readiness', 'HLT-NOT-READY', [run.http('/health/ready', 200, NOT_READY)]);
    run.blocked('AGENT-01', 'readiness');
  },
  BYPASS_NOT_CONFIGURED: (run) => {
    run.rung('token', 'AUTH-BYPASS-NOT-CONFIGURED', [
      run.http('/auth/e2e/test-auth', 503, {}, { auth: true }),
    ]);
  },
  AUTH_CONFIG_MISSING: (run) => {
    const ids = [...run.refused(403), ...run.refused(403, { transport: 'subprotocol-jwt-auth' })];
    run.http('/api/threads', 200, {}, { token: 'good' });
    run.rung('opening-handshake', 'WS-HANDSHAKE-REFUSED', ids);
  },
  AUTH_REJECTED: (run) => {
    const ids = [
      ...run.session({ errorFrame: true, close: { code: 1008, initiator: 'remote' } }),
      ...run.session({
        transport: 'subprotocol-jwt-auth',
        errorFrame: true,
        close: { code: 1008, initiator: 'remote' },
      }),
    ];
    run.http('/api/threads', 401, {}, { token: 'good' });
    run.rung('welcome', 'AUTH-TOKEN-REFUSED', ids);
  },
  AUTH_NOT_ENFORCED: (run) => {
    run.red('AUTH-03', ['AUTH-EXPIRED-ACCEPTED'], run.session({ token: 'bad', check: 'AUTH-03' }));
  },
  PROXY_STRIPS_AUTHORIZATION: (run) => {
    const ids = run.session({ check: 'HS-01', errorFrame: true, close: { code: 1008, initiator: 'remote' } });
    run.session({ transport: 'subprotocol-jwt-auth' });
    run.http('/api/threads', 200, {}, { token: 'good' });
    run.red('HS-01', ['WS-TRANSPORT-NOT-SERVED'], ids);
  },
  UPGRADE_NOT_FORWARDED: (run) => {
    run.rung('opening-handshake', 'WS-HANDSHAKE-REFUSED', run.refused(404));
    run.refused(404, { path: '/api/v1/websocket' });
    run.http('/health', 200, { status: 'ok' });
  },
  SUBPROTOCOL_MISMATCH: (run) => {
    const outcome = {
      kind: 'failed',
      phase: 'upgrade',
      cause: 'no subprotocol',
      code: 'SUBPROTOCOL_MISSING',
    } as const;
    run.red(
      'HS-02',
      ['WS-SUBPROTOCOL-NOT-ECHOED'],
      run.session({ check: 'HS-02', transport: 'subprotocol-jwt', outcome }),
    );
    run.session();
  },
  PROXY_IDLE_TIMEOUT: (run) => {
    run.red(
      'RES-01',
      ['WS-IDLE-CUT'],
      run.session({
        check: 'RES-01',
        close: { code: 1006, initiator: 'transport', clean: false, msSinceOpen: 3_000 },
      }),
    );
  },
  BREAKER_OPEN: (run) => {
    for (let i = 0; i < 3; i += 1)
      run.session({ token: 'bad', errorFrame: true, close: { code: 1008, initiator: 'remote' } });
    const ids = run.refused(500, { check: 'AUTH-04' });
    run.session();
    run.red('AUTH-04', ['WS-HANDSHAKE-REFUSED'], ids);
  },
  RATE_LIMITED: (run) => {
    run.rung('opening-handshake', 'WS-HANDSHAKE-REFUSED', run.refused(429));
  },
  RACE_ON_CONNECT: (run) => {
    const ids = run.session({
      check: 'AGENT-01',
      close: { code: 1011, initiator: 'remote', afterFirstClientMessage: true },
    });
    run.red('AGENT-01', ['WS-CLOSE-INTERNAL-ERROR'], ids);
    run.add({
      kind: 'dose',
      quantity: 'send-delay-ms',
      points: [
        { dose: 0, tried: 2, failed: 2 },
        { dose: 200, tried: 2, failed: 0 },
      ],
    });
  },
  HANDLER_CRASH: (run) => {
    run.http('/health/ready', 200, READY);
    run.rung(
      'welcome',
      'WS-CLOSE-INTERNAL-ERROR',
      run.session({ welcomedAs: null, close: { code: 1011, initiator: 'remote' } }),
    );
  },
  AGENT_PIPELINE_STALLED: (run) => {
    run.rung('chat-turn', 'TIM-GAP', [run.turn('silence')]);
  },
  ANSWER_WRONG: (run) => {
    run.red('AGENT-15', ['EVT-RESULT-WRONG'], [run.turn('terminal', 'AGENT-15')]);
  },
  EVENT_CONTRACT_BROKEN: (run) => {
    run.red('AGENT-01', ['ORD-REQUIRED-MISSING'], [run.turn('terminal', 'AGENT-01')]);
  },
  CROSS_USER_LEAK: (run) => {
    run.red('ISO-01', ['ISO-CANARY-LEAK'], [run.turn('terminal', 'ISO-01')]);
  },
  TOKEN_ECHOED: (run) => {
    run.red('AUTH-06', ['SEC-TOKEN-ECHO'], [run.http('/api/threads', 401)]);
  },
  API_CONTRACT_BROKEN: (run) => {
    run.red('CORE-03', ['API-MCP-MISSING'], [run.http('/api/mcp/config', 404)]);
  },
  SOCKET_CONTRACT_BROKEN: (run) => {
    run.red('HS-08', ['WS-CLOSE-UNANSWERED'], run.session({ check: 'HS-08', close: { clean: false } }));
  },
  SLOW_RESPONSES: (run) => {
    run.red('AGENT-07', ['TIM-FIRST-EVENT'], [run.turn('terminal', 'AGENT-07')]);
  },
};
