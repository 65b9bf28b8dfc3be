import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../foundation/secret.ts';
import { readPlan } from '../policy/plan-file.ts';
import { requireDistinctSecrets } from './distinct-secret.ts';

const { checks } = readPlan(join(import.meta.dirname, '../../..'));
const judge = (bypass: string | null, signing: string | null = null): void =>
  requireDistinctSecrets(
    {
      bypassKey: bypass === null ? null : new Secret('E2E_OAUTH_SIMULATION_KEY', bypass),
      jwtSecretKey: signing === null ? null : new Secret('JWT_SECRET_KEY', signing),
    },
    checks,
  );

describe('secrets of a target', () => {
  test.each([
    'staging-e2e-test-bypass-key-2025',
    'netra-staging-bypass-2025-08-30-abc',
    'my-websocket-handshake-key-31415',
    'bypass-key-of-this-unit-test-0123456789',
    'expected-connection-handshake-key1',
    'f3b1c2d4e5a697887766554433221100',
  ])('may be %s', (key) => {
    expect(() => judge(key, key)).not.toThrow();
  });

  test.each(['connection_established', 'handshake_acknowledged', 'agent_completed1', 'tool_executing12'])(
    'may not be %s: its leak would look like a report',
    (key) => {
      for (const refused of [() => judge(key), () => judge(null, key)]) {
        expect(refused).toThrow(
          expect.objectContaining({
            code: 'CONFIG_INVALID',
            message: expect.stringMatching(
              /(E2E_OAUTH_SIMULATION_KEY|JWT_SECRET_KEY) \(sha256:[0-9a-f]{8}\)/,
            ),
            next: expect.stringContaining('openssl rand'),
          }),
        );
        expect(refused).not.toThrow(key);
      }
    },
  );

  test('need not be there', () => {
    expect(() => judge(null)).not.toThrow();
  });
});
