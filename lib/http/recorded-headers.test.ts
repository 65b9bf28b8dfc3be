import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SecretIndex } from '../foundation/redaction.ts';
import { recordedHeaders, recordedSubprotocol } from './recorded-headers.ts';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzZy11MSIsImp0aSI6IjEyMzQ1NiJ9.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg';

describe('recorded headers', () => {
  test('lower-cases names and keeps ordinary values', () => {
    const recorded = recordedHeaders({ 'Content-Type': 'application/json', Vary: ['a', 'b'] });

    expect(recorded).toEqual({ 'content-type': 'application/json', vary: 'a, b' });
  });

  test.for([
    ['authorization', `Bearer ${JWT}`, /^Bearer \[redacted sha256:[0-9a-f]{8}\]$/],
    ['Authorization', 'secret-without-scheme', /^\[redacted sha256:[0-9a-f]{8}\]$/],
    ['cookie', 'a=one-value; b=two', /^a=\[redacted \S+\]; b=\[redacted \S+\]$/],
    ['set-cookie', 'sid=abcdefgh; Path=/; HttpOnly', /^sid=\[redacted \S+\]; Path=\/; HttpOnly$/],
    ['X-E2E-Bypass-Key', 'k'.repeat(40), /^\[redacted sha256:[0-9a-f]{8}\]$/],
    ['sec-websocket-protocol', `jwt-auth, jwt.${JWT}`, /^jwt-auth, jwt\.\[redacted sha256:[0-9a-f]{8}\]$/],
  ] as const)('replaces the credential in %s', ([name, value, expected]) => {
    const recorded = Object.values(recordedHeaders({ [name]: value })).join();

    expect(recorded).toMatch(expected);
  });

  test.for([
    [`jwt.staging.${JWT}`, 'jwt.staging.[redacted sha256:'],
    [`jwt.${JWT}`, 'jwt.[redacted sha256:'],
    [`bearer.${JWT}`, 'bearer.[redacted sha256:'],
    [`staging-auth.${JWT}`, 'staging-auth.[redacted sha256:'],
    ['jwt-auth', 'jwt-auth'],
    ['agent_chat', 'agent_chat'],
  ] as const)('names the subprotocol %s without its token', ([subprotocol, expected]) => {
    expect(recordedSubprotocol(subprotocol)).toContain(expected);
    expect(recordedSubprotocol(subprotocol)).not.toContain('eyJ');
  });

  test('treats a hostile header map as data', () => {
    const recorded = recordedHeaders({
      ['__proto__']: 'x',
      'x-ansi': '\u001b[31mred',
      'x-long': 'x'.repeat(5_000),
    });

    expect(Object.keys(recorded)).toContain('__proto__');
    expect(recorded['x-ansi']).not.toContain('\u001b');
    expect(recorded['x-long']?.length).toBeLessThan(1_100);
  });

  test('lets no 8 characters of a token through, whatever surrounds it', () => {
    const secrets = new SecretIndex();
    secrets.register(JWT, 'token');
    const names = [
      'authorization',
      'cookie',
      'set-cookie',
      'sec-websocket-protocol',
      'x-debug',
      'x-e2e-bypass-key',
    ];

    fc.assert(
      fc.property(fc.constantFrom(...names), fc.string(), fc.string(), (name, before, after) => {
        const recorded = recordedHeaders(
          { [name]: `${before}${JWT}${after}` },
          { redact: (text) => secrets.redact(text) },
        );

        expect(secrets.find(Object.values(recorded).join())).toEqual([]);
      }),
    );
  });
});
