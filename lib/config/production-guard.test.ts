import { describe, expect, test } from 'vitest';
import { isLoopbackHost, isProductionName, judgeHost } from './host.ts';
import { assertMintingAllowed, guardTarget } from './production-guard.ts';

const ALLOWED = ['api.staging.netrasystems.ai', '*.netrasystems.ai', '*.run.app'];

describe('judgeHost', () => {
  test.each([
    'api.netrasystems.ai',
    'app.netrasystems.ai',
    'auth.netrasystems.ai',
    'netrasystems.ai',
    'API.NETRASYSTEMS.AI.',
    'notstaging.netrasystems.ai',
    'netra-backend-production-abc.run.app',
    'prod.example.org',
    'api-prod2.example.org',
    'live.staging.netrasystems.ai',
  ])('calls %s production-like although the list would allow it', (host) => {
    expect(judgeHost(host, [...ALLOWED, host.toLowerCase()])).toBe('production-like');
  });

  test.each([
    'api.staging.netrasystems.ai',
    'api-staging.netrasystems.ai',
    'staging.netrasystems.ai',
    'netra-backend-staging-abc.run.app',
  ])('allows %s', (host) => {
    expect(judgeHost(host, ALLOWED)).toBe('allowed');
  });

  test.each([
    'staging.netrasystems.ai.evil.org',
    'evilnetrasystems.ai',
    'run.app',
    'delivery.example.org',
    '10.0.0.1',
  ])('does not allow %s', (host) => {
    expect(judgeHost(host, ALLOWED)).toBe('not-allowed');
  });

  test('needs a label in the place of the star', () => {
    expect(judgeHost('run.app', ['*.run.app'])).toBe('not-allowed');
    expect(judgeHost('a.run.app', ['*.run.app'])).toBe('allowed');
  });
});

describe('isProductionName', () => {
  test.each([
    ...['prod', 'PROD', 'production', 'prd', 'live', 'prod2', '2prod', 'produs', 'prodeu1', 'live-eu'],
    ...['apiprod', 'prodapi', 'netraprod', 'webprd', 'prdweb', 'apiproduction', 'productionapi'],
    ...['liveapi', 'apilive', 'liveweb', 'live2', 'api-prod-v2', 'pre.prod'],
    ...['netraprodapi', 'apiprodeu', 'apiprdus1', 'netraproductionapi', 'golive', 'api-golive'],
  ])('is true of %s', (name) => {
    expect(isProductionName(name)).toBe(true);
    expect(judgeHost(`${name}.example.org`, ['*.example.org'])).toBe('production-like');
  });

  test.each([
    ...['product', 'products', 'product-staging', 'productapi', 'produce', 'productivity', 'prodigy'],
    ...['liveness', 'lively', 'livechat', 'livestream', 'olive', 'alive', 'deliver', 'delivery', 'liverpool'],
    ...['netrapreprod', 'apinonprod', 'netrapreprodapi', 'apiproducts', 'apiproductus', 'olives'],
    ...['preprod', 'pre-prod', 'nonprod', 'non-production', 'preproduction', 'reproduction', 'staging', ''],
  ])('is false of %j: another word, or what stands before production', (name) => {
    expect(isProductionName(name)).toBe(false);
  });
});

test.each([
  ['127.0.0.1', true],
  ['127.255.0.9', true],
  ['[::1]', true],
  ['localhost', true],
  ['localhost.', true],
  ['127.0.0.1.evil.org', false],
  ['localhost.evil.org', false],
  ['[::ffff:127.0.0.1]', false],
  ['0.0.0.0', false],
])('isLoopbackHost says of %s: %s', (host, expected) => {
  expect(isLoopbackHost(host)).toBe(expected);
});

describe('guardTarget', () => {
  const target = {
    environment: 'staging',
    marker: 'staging',
    backendUrl: 'https://api.staging.netrasystems.ai',
    authServiceUrl: 'https://auth.staging.netrasystems.ai',
    websocketUrl: 'wss://api.staging.netrasystems.ai/ws',
    allowedHosts: ['*.staging.netrasystems.ai'],
  };

  test('has nothing against an allowed target with TLS', () => {
    expect(guardTarget(target)).toEqual([]);
  });

  test('names every address that is wrong', () => {
    const problems = guardTarget({
      ...target,
      marker: 'Production',
      backendUrl: 'http://api.staging.netrasystems.ai',
      authServiceUrl: 'https://auth.netrasystems.ai',
      websocketUrl: 'ws://elsewhere.org/ws',
    });

    expect(problems.map(({ setting }) => setting)).toEqual([
      'ENVIRONMENT',
      'BACKEND_URL',
      'AUTH_SERVICE_URL',
      'WEBSOCKET_URL',
      'WEBSOCKET_URL',
    ]);
  });
});

describe('assertMintingAllowed', () => {
  const scope = { environment: 'staging', marker: 'staging', allowedHosts: ['api.staging.netrasystems.ai'] };

  test('allows listed hosts and loopback', () => {
    expect(() => assertMintingAllowed(scope, 'api.staging.netrasystems.ai')).not.toThrow();
    expect(() => assertMintingAllowed(scope, '127.0.0.1')).not.toThrow();
  });

  test.each([
    [scope, 'api.netrasystems.ai'],
    [scope, 'elsewhere.org'],
    [{ ...scope, marker: 'production' }, '127.0.0.1'],
    [{ ...scope, environment: 'prod' }, '127.0.0.1'],
  ])('throws PRODUCTION_GUARD for %o and %s', (guarded, host) => {
    expect(() => assertMintingAllowed(guarded, host)).toThrow(
      expect.objectContaining({ code: 'PRODUCTION_GUARD' }),
    );
  });
});
