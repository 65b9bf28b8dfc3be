import { describe, expect, test } from 'vitest';
import { foldFrame } from './envelope.ts';
import { checkWelcome, matchIdentity, type Welcome } from './welcome.ts';

const CANONICAL = {
  type: 'connection_established',
  data: { mode: 'main', user_id: 'staging-...', connection_id: 'main_1' },
  user_id: 'staging-e2e-user-001',
  connection_id: 'main_1',
  connection_ready: true,
  timestamp: '2025-09-15T06:52:00Z',
};

function welcomeOf(raw: unknown): Welcome {
  const frame = foldFrame(raw);
  if (frame.kind !== 'welcome') throw new TypeError(`expected a welcome, got ${frame.kind}`);
  return frame.welcome;
}

describe('welcome', () => {
  test.for([
    ['canonical', CANONICAL],
    ['W1', { type: 'connection_established', data: { mode: 'main', user_id: 'demo-use...' } }],
    ['W2', { type: 'connect', data: { mode: 'main' } }],
    [
      'W3',
      {
        type: 'system_message',
        data: { event: 'connection_established', user_id: 'u', connection_ready: true },
      },
    ],
    ['W5', { type: 'connection_established', connection_id: 'c' }],
    ['W6', { type: 'connection_established', data: { context: { thread_id: 't', run_id: 'r' } } }],
    ['W7', { type: 'connection_established', payload: { timestamp: 1 } }],
    ['W8', { type: 'connection_ack' }],
  ] as const)('folds %s', ([variant, raw]) => {
    expect(welcomeOf(raw).variant).toBe(variant);
  });

  test.for(['user_id', 'connection_id', 'connection_ready'] as const)(
    'does not call a welcome without %s at the root canonical',
    (field) => {
      expect(welcomeOf({ ...CANONICAL, [field]: undefined }).variant).toBe('W1');
    },
  );

  test.for(['factory_features', 'isolation_features'] as const)('takes %s for a mode of its own', (field) => {
    expect(welcomeOf({ type: 'connection_established', data: { [field]: [] } }).variant).toBe('W6');
  });

  test('prefers the whole user id at the root to the truncated one', () => {
    expect(welcomeOf(CANONICAL)).toMatchObject({
      userId: 'staging-e2e-user-001',
      userIdTruncated: false,
      ready: true,
    });
  });

  test('reads the context of other modes', () => {
    expect(
      welcomeOf({ type: 'connection_established', data: { context: { thread_id: 't', run_id: 'r' } } }),
    ).toMatchObject({
      threadId: 't',
      runId: 'r',
    });
  });

  test.for([
    [{ user_id: 'staging-e2e-user-001' }, 'proven'],
    [{ user_id: 'demo-user-001' }, 'contradicted'],
    [{ user_id: 'staging-...' }, 'compatible'],
    [{ user_id: 'demo-use...' }, 'contradicted'],
    [{}, 'unstated'],
  ] as const)('matches %o with the subject: %s', ([fields, expected]) => {
    const welcome = welcomeOf({ type: 'connection_established', ...fields });

    expect(matchIdentity(welcome, 'staging-e2e-user-001')).toBe(expected);
  });

  test('accepts the canonical form and names each deviation', () => {
    expect(checkWelcome(welcomeOf(CANONICAL))).toEqual([]);
    expect(
      checkWelcome(welcomeOf({ ...CANONICAL, connection_ready: false })).map(({ where }) => where),
    ).toEqual(['welcome.connection_ready']);
    expect(checkWelcome(welcomeOf({ type: 'connection_ack' })).map(({ where }) => where)).toEqual([
      'welcome.variant',
      'welcome.user_id',
      'welcome.connection_id',
      'welcome.timestamp',
    ]);
  });
});
