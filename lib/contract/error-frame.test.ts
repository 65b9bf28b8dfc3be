import { describe, expect, test } from 'vitest';
import { foldFrame } from './envelope.ts';

describe('error frames', () => {
  test.for([
    [
      'E1',
      { type: 'error_message', error_code: 'AUTH_FAILED', error_message: 'no', details: { a: 1 } },
      'AUTH_FAILED',
      'no',
    ],
    [
      'E2',
      {
        type: 'error_message',
        data: { error_code: 'CONNECTION_ERROR', error_message: 'no', details: { error_type: 'TypeError' } },
      },
      'CONNECTION_ERROR',
      'no',
    ],
    ['E3', { type: 'error', error: { code: 'X', message: 'no' }, request_id: 'q' }, 'X', 'no'],
    ['E4', { type: 'error', message: 'Access denied to thread' }, null, 'Access denied to thread'],
    ['E5', { type: 'error', payload: { error: 'no' } }, null, 'no'],
    [
      'E6',
      { type: 'error', error: 'text', code: 'EMPTY_MESSAGE', recoverable: true },
      'EMPTY_MESSAGE',
      'text',
    ],
    [
      'E7',
      { type: 'authentication_error', event: 'auth_failed', error: 'no', error_code: 'NO_TOKEN' },
      'NO_TOKEN',
      'no',
    ],
    [
      'E8',
      { type: 'connection_error', data: { message: 'no', support_code: 'AUTH_UNAVAIL_1' } },
      'AUTH_UNAVAIL_1',
      'no',
    ],
    [
      'E9',
      { type: 'error', payload: { error_message: 'no', error_code: 'X', recoverable: false } },
      'X',
      'no',
    ],
    [
      'E10',
      {
        type: 'system_message',
        data: { event: 'degraded_mode', code: 'RECOVERED_FROM_X_ERROR', message: 'no' },
      },
      'RECOVERED_FROM_X_ERROR',
      'no',
    ],
    ['E11', { type: 'auth_error', message: 'no' }, null, 'no'],
  ] as const)('folds %s', ([variant, raw, code, message]) => {
    expect(foldFrame(raw)).toMatchObject({
      kind: 'error',
      error: { variant, code, message, wireType: raw.type },
    });
  });

  test('keeps the details of E1 and E2', () => {
    expect(
      foldFrame({ type: 'error_message', data: { details: { error_type: 'TypeError' } } }),
    ).toMatchObject({
      error: { details: { error_type: 'TypeError' } },
    });
  });

  test('leaves agent_error to the agent events', () => {
    expect(foldFrame({ type: 'agent_error', data: { error_message: 'no' } }).kind).toBe('agent-event');
  });
});
