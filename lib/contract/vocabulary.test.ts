import { describe, expect, test } from 'vitest';
import { CAPABILITIES, isCapability } from './capability.ts';
import { ACCESS_TOKEN_CLAIMS, claimsSchema, REQUIRED_CLAIMS, TOKEN_LIFETIME } from './claims.ts';
import {
  handshakeAcknowledged,
  heartbeatAck,
  ping,
  pong,
  startAgent,
  userMessage,
} from './client-message.ts';
import { describeCloseCode, knownCloseCodes } from './close-code-vocabulary.ts';
import { CloseCode } from './close-code.ts';
import { exceedsDepth } from './json-object.ts';

describe('close codes', () => {
  test('gives every code of the shared vocabulary its number of RFC 6455 §7.4.1', () => {
    expect(CloseCode).toEqual({
      NormalClosure: 1000,
      GoingAway: 1001,
      ProtocolError: 1002,
      UnsupportedData: 1003,
      NoStatusReceived: 1005,
      AbnormalClosure: 1006,
      InvalidPayload: 1007,
      PolicyViolation: 1008,
      MessageTooBig: 1009,
      InternalError: 1011,
      ServiceRestart: 1012,
      TryAgainLater: 1013,
    });
    for (const code of Object.values(CloseCode)) expect(knownCloseCodes()).toContain(code);
  });

  test.for([
    [1000, true, false, false],
    [1005, false, true, false],
    [1006, false, true, true],
    [1008, true, false, false],
    [1011, true, false, true],
    [1012, true, false, true],
    [1015, false, true, false],
    [4401, true, false, false],
    [401, false, false, false],
    [5000, false, false, false],
    [1000.5, false, false, false],
  ] as const)('describes %d', ([code, mayBeOnWire, isSynthetic, retryable]) => {
    expect(describeCloseCode(code)).toMatchObject({ mayBeOnWire, isSynthetic, retryable });
  });
});

describe('the registry of close codes', () => {
  test('has each code of RFC 6455 §7.4.1 and of its IANA registry once, with its name', () => {
    expect(knownCloseCodes().map((code) => [code, describeCloseCode(code).name])).toEqual([
      [1000, 'normal closure'],
      [1001, 'going away'],
      [1002, 'protocol error'],
      [1003, 'unsupported data'],
      [1004, 'reserved'],
      [1005, 'no status received'],
      [1006, 'abnormal closure'],
      [1007, 'invalid payload data'],
      [1008, 'policy violation'],
      [1009, 'message too big'],
      [1010, 'mandatory extension'],
      [1011, 'internal error'],
      [1012, 'service restart'],
      [1013, 'try again later'],
      [1014, 'bad gateway'],
      [1015, 'TLS handshake failure'],
    ]);
  });
});

describe('claims', () => {
  const claims = {
    sub: 'u',
    email: 'u@example.test',
    permissions: ['read'],
    iat: 1,
    exp: 301,
    iss: 'netra-auth-service',
    aud: 'netra-platform',
    jti: 'j',
    token_type: 'access',
    type: 'access',
    env: 'staging',
  };

  test('accepts a correct set and keeps unknown claims', () => {
    expect(claimsSchema.parse({ ...claims, staging: true })).toMatchObject({ staging: true });
    expect(Object.keys(claims).toSorted()).toEqual([...ACCESS_TOKEN_CLAIMS].toSorted());
  });

  test.for(REQUIRED_CLAIMS)('refuses a set without %s', (claim) => {
    expect(claimsSchema.safeParse({ ...claims, [claim]: undefined }).success).toBe(false);
  });

  test('mints for less time than the longest that is allowed', () => {
    expect(TOKEN_LIFETIME.defaultSec).toBeLessThan(TOKEN_LIFETIME.maxSec);
  });
});

describe('client messages', () => {
  test('states the prompt under every name that is read', () => {
    expect(
      startAgent('hello', {
        threadId: 't',
        runId: 'r',
        requestId: 'q',
        agentName: 'a',
        context: { canary: 'c' },
      }),
    ).toEqual({
      type: 'start_agent',
      thread_id: 't',
      payload: {
        user_request: 'hello',
        message: 'hello',
        content: 'hello',
        text: 'hello',
        thread_id: 't',
        run_id: 'r',
        request_id: 'q',
        agent_name: 'a',
        context: { canary: 'c' },
        settings: {},
      },
    });
    expect(startAgent('hello')).toMatchObject({ thread_id: null, payload: { thread_id: null, context: {} } });
    expect(userMessage('hello', { runId: 'r' })).toMatchObject({
      type: 'user_message',
      payload: { content: 'hello', run_id: 'r' },
    });
  });

  test('builds the answers of the session', () => {
    expect(handshakeAcknowledged('t', 0)).toEqual({
      type: 'handshake_acknowledged',
      thread_id: 't',
      timestamp: '1970-01-01T00:00:00.000Z',
    });
    expect([ping(), pong(1), heartbeatAck(2)].map((message) => message['type'])).toEqual([
      'ping',
      'pong',
      'heartbeat_ack',
    ]);
  });
});

describe('capabilities and depth', () => {
  test('knows its names only', () => {
    expect(Object.keys(CAPABILITIES).every(isCapability)).toBe(true);
    expect(isCapability('toString')).toBe(false);
  });

  test('measures depth without recursion', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);

    expect(exceedsDepth(deep, 100)).toBe(true);
    expect(exceedsDepth({ a: [{ b: 1 }] }, 3)).toBe(false);
    expect(exceedsDepth({ a: [{ b: 1 }] }, 2)).toBe(true);
    expect(exceedsDepth(1, 0)).toBe(false);
  });
});
