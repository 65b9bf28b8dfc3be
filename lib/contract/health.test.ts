import { describe, expect, test } from 'vitest';
import { parseHealth, parseSocketHealth, parseSystemInfo } from './health.ts';
import { parseReadiness } from './readiness.ts';

describe('health bodies', () => {
  test.for([
    [{ status: 'ok' }, 'up', 'plain'],
    [
      { status: 'healthy', service: 'netra-ai-platform', version: '1.0.0', environment: 'staging' },
      'up',
      'rich',
    ],
    [{ status: 'degraded' }, 'degraded', 'plain'],
    [{ status: 'unhealthy' }, 'down', 'plain'],
    [{ status: 'not healthy at all' }, 'down', 'plain'],
  ] as const)('reads %o', ([body, standing, form]) => {
    expect(parseHealth(body)).toMatchObject({ ok: true, value: { standing, form } });
  });

  test.for(['healthy', null, [], {}, { status: '' }, { status: 1 }])('refuses %o', (body) => {
    const checked = parseHealth(body, '/api/health');

    expect(checked.ok).toBe(false);
    expect(!checked.ok && checked.violations[0]).toMatchObject({
      rule: 'HLT-BODY',
      where: expect.stringContaining('/api/health'),
    });
  });

  test('reads /ws/health of both generations', () => {
    expect(
      parseSocketHealth({
        status: 'healthy',
        environment: 'staging',
        config: { pre_connection_auth_required: true },
        e2e_testing: { enabled: true, auth_bypass_active: true, variables: { E2E_TEST_ENV: 'staging' } },
      }),
    ).toMatchObject({
      value: {
        standing: 'up',
        environment: 'staging',
        preConnectionAuthRequired: true,
        testing: { enabled: true, authBypassActive: true },
      },
    });
    expect(
      parseSocketHealth({
        status: 'degraded',
        service_availability: { allow_websocket_connections: false, denial_reason: null },
      }),
    ).toMatchObject({
      value: { standing: 'degraded', testing: null, allowsConnections: false, denialReason: null },
    });
  });

  test('reads revision and memory', () => {
    expect(parseSystemInfo({ git_commit: 'abc', memory_mb: 237.41 })).toMatchObject({
      value: { revision: 'abc', memoryMb: 237.41, environment: null },
    });
    expect(parseSystemInfo({ git_commit: '' })).toMatchObject({ value: { revision: null } });
    expect(parseSystemInfo('x').ok).toBe(false);
  });
});

describe('readiness body', () => {
  const seed = {
    status: 'ready',
    core_db: 'connected',
    environment: 'staging',
    websocket_readiness: {
      status: 'degraded',
      websocket_ready: false,
      details: {
        state: 'failed',
        elapsed_time: 25.0077,
        failed_services: ['database', 'auth_validation'],
        warnings: [],
        gcp_environment: true,
        cloud_run: true,
      },
    },
  };

  test('reads the body of the first source report', () => {
    expect(parseReadiness(seed)).toEqual({
      ok: true,
      value: {
        status: 'ready',
        standing: 'says-not-ready',
        websocketReady: false,
        state: 'failed',
        elapsedSec: 25.0077,
        failedServices: ['database', 'auth_validation'],
        warnings: [],
        environment: 'staging',
        gcpEnvironment: true,
        cloudRun: true,
      },
    });
  });

  test('tells a constant body from a statement', () => {
    expect(parseReadiness({ status: 'ready' })).toMatchObject({
      value: { standing: 'constant', websocketReady: null },
    });
    expect(parseReadiness({ status: 'unhealthy', message: 'Startup in progress - not ready' })).toMatchObject(
      {
        value: { standing: 'says-not-ready' },
      },
    );
  });

  test('names a field of the wrong type', () => {
    const checked = parseReadiness({
      ...seed,
      websocket_readiness: { status: 'degraded', websocket_ready: 'no' },
    });

    expect(!checked.ok && checked.violations).toEqual([
      {
        rule: 'HLT-BODY',
        expected: 'boolean',
        actual: 'a string',
        where: '/health/ready websocket_readiness.websocket_ready',
      },
    ]);
  });
});
