import { describe, expect, test } from 'vitest';
import type { CloseFacts } from '../evidence/evidence.ts';
import { closeRule, endRule, upgradeRule } from './wire-fault.ts';

const END: CloseFacts = {
  code: 1006,
  reason: '',
  initiator: 'local',
  clean: false,
  msSinceOpen: 12,
  messagesIn: 3,
  messagesOut: 1,
  bytesIn: 300,
  bytesOut: 40,
  afterFirstClientMessage: true,
  msSinceFirstClientMessage: 4,
};

describe('an illegal 101 answer', () => {
  test.for([
    ['SUBPROTOCOL_MISSING', 'WS-SUBPROTOCOL-NOT-ECHOED'],
    ['SUBPROTOCOL_NOT_OFFERED', 'WS-SUBPROTOCOL-NOT-OFFERED'],
    ['UPGRADE_HEADER_INVALID', 'WS-UPGRADE-INVALID'],
    ['UPGRADE_INVALID', 'WS-UPGRADE-INVALID'],
    ['EXTENSION_NOT_OFFERED', 'WS-UPGRADE-INVALID'],
    ['HPE_HEADER_OVERFLOW', 'API-HEADERS'],
  ] as const)('%s breaks %s', ([code, rule]) => {
    expect(upgradeRule(code)).toBe(rule);
  });

  test('is not what a refused connection is', () => {
    expect(upgradeRule('ECONNREFUSED')).toBeNull();
    expect(upgradeRule(null)).toBeNull();
  });
});

describe('the end of a connection', () => {
  test.for([
    ['message-bytes', 'WS-MESSAGE-TOO-BIG'],
    ['control-frames', 'WS-PING-FLOOD'],
    ['messages', 'EVT-TOO-MANY'],
    ['bytes', 'EVT-TOO-MANY'],
  ] as const)('at our limit of %s breaks %s', ([limit, rule]) => {
    const limitReached = { limit, max: 1, seen: 2 };

    expect(endRule({ limitReached, transportError: null }, END)).toBe(rule);
  });

  test.for([
    ['Z_DATA_ERROR', 'WS-PROTOCOL-ERROR'],
    ['WS_ERR_INVALID_UTF8', 'WS-INVALID-UTF8'],
    ['WS_ERR_INVALID_CLOSE_CODE', 'WS-CLOSE-CODE-INVALID'],
    ['WS_ERR_INVALID_OPCODE', 'WS-PROTOCOL-ERROR'],
    ['ECONNRESET', 'WS-CLOSED-BY-TARGET'],
  ] as const)('after %s breaks %s', ([code, rule]) => {
    const transportError = { message: 'as the transport says', code };

    expect(endRule({ limitReached: null, transportError }, END)).toBe(rule);
  });

  test.for([
    [1011, 'remote', 'WS-CLOSE-INTERNAL-ERROR'],
    [1008, 'remote', 'AUTH-TOKEN-REFUSED'],
    [1006, 'transport', 'WS-CLOSE-ABNORMAL'],
    [1013, 'remote', 'WS-CLOSED-BY-TARGET'],
  ] as const)('with %i by %s breaks %s', ([code, initiator, rule]) => {
    expect(closeRule({ ...END, code, initiator })).toBe(rule);
  });
});
