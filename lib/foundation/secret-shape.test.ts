import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isAmbiguousRevision, revisionShape, secretShape } from './secret-shape.ts';

describe('secretShape', () => {
  test.each([
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyLTE3In0.c2lnbmF0dXJl', 'token'],
    ['https://api.example.org/?t=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyLTE3In0.', 'token'],
    ['sJ3nVb8xCq1LdF6gHk5ZpW0aTyE7rU2i', 'key'],
    ['https://api.example.org/kQ7vXz2m-Pw9RtY4u_bbA', 'key'],
    ['0f1e2d3c4b5a69788796a5b4c3d2e1f0', 'key'],
    ['sk_live_abcdefgh', 'key'],
    ['ghp_abcdefghijklmnopqrst', 'key'],
    ['GOCSPX-abcdefghijkl', 'key'],
    ['k3j2h4g5f6d7s8a9q1w2e3r4t5y6u7i8', 'key'],
    ['q7/Zt2+Xk9mB4vN1c8L5rS0wG7kT2pQ9xZ4mB1vN8cI=', 'key'],
    ['7c9e6679-7425-40de-944b-e07fc1f90ae7', 'key'],
    ['JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', 'key'],
    ['TopSecretBypassKeyOfStaging2026', 'key'],
  ])('sees in %s a %s', (text, shape) => {
    expect(secretShape(text)).toBe(shape);
  });

  test('sees nearly every key that a generator makes', () => {
    const keys = Array.from({ length: 300 }, () => randomBytes(24).toString('base64url'));

    expect(keys.filter((key) => secretShape(key) === 'key').length).toBeGreaterThan(285);
  });

  test.each([
    'https://api.staging.netrasystems.ai',
    'https://netra-backend-staging-701982941522.us-central1.run.app',
    'https://netra-backend-staging-pnovr5vsba-uc.a.run.app',
    'wss://api.staging.example/ws',
    '*.staging.netrasystems.ai,auth-service-staging.example.org',
    'netra-auth-service',
    'https://accounts.google.com/o/oauth2/v2/auth',
    'stagegate@netra-staging-1234567.iam.gserviceaccount.com',
    'https://securetoken.google.com/netra-staging-123456',
    'x-service-revision',
    'close-1008-after-error',
    '/etc/ssl/certs/Internal-Root-CA-2026.pem',
    'http://127.0.0.1:41000',
    'https://stagingchatbackendservice.azurewebsites.net/ws',
    'stagingchatbackendservice.azurewebsites.net',
    './certificates/InternalRootAuthority.pem',
  ])('sees nothing in %s', (text) => {
    expect(secretShape(text)).toBeNull();
  });
});

describe('revisionShape', () => {
  test.each([
    '0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c',
    'v1.12.0-0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c',
    'netra-backend-staging-00042-xyz',
    'release_2026.11.21_build.5',
    'build-20261121T175016000000Z-abc1234',
    '0f1e2d3c'.repeat(8),
    `sha256:${'0f1e2d3c'.repeat(8)}`,
    `sha512:${'0f1e2d3c'.repeat(16)}`,
    `europe-docker.pkg.dev/netra/chat/backend@sha256:${'0f1e2d3c'.repeat(8)}`,
    '7c9e6679-7425-40de-944b-e07fc1f90ae7',
  ])('sees nothing in %s', (text) => {
    expect(revisionShape(text)).toBeNull();
  });

  test.each([
    'k3j2h4g5f6d7s8a9q1w2e3r4t5y6u7i8',
    'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
    'TopSecretBypassKeyOfStaging2026',
    '0f1e2d3c'.repeat(6),
    `sk_live_${'0f1e2d3c'.repeat(8)}`,
    `sha256:${'k3j2h4g5'.repeat(8)}`,
    `sha256:${'0f1e2d3c'.repeat(8)}-k3j2h4g5f6d7s8a9q1w2e3r4t5y6u7i8`,
  ])('sees in %s a key', (text) => {
    expect(revisionShape(text)).toBe('key');
  });

  test('tells what a key could look like too', () => {
    expect(isAmbiguousRevision('0f1e2d3c'.repeat(8))).toBe(true);
    expect(isAmbiguousRevision('7c9e6679-7425-40de-944b-e07fc1f90ae7')).toBe(true);
    expect(isAmbiguousRevision(`sha256:${'0f1e2d3c'.repeat(8)}`)).toBe(false);
    expect(isAmbiguousRevision('0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c')).toBe(false);
  });
});
