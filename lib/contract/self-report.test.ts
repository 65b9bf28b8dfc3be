import { describe, expect, test } from 'vitest';
import { parseConnectionCount, parseSocketLimits, parseSystemInfo } from './self-report.ts';

describe('what a target says about itself', () => {
  test('is read from both generations of /ws/config', () => {
    const nested = { limits: { heartbeat_interval_seconds: 30, max_message_size_bytes: 8192 } };

    expect(
      parseSocketLimits({
        websocket_config: { heartbeat_interval: 30, connection_timeout: 300, max_message_size: 1_048_576 },
      }),
    ).toEqual({
      ok: true,
      value: { heartbeatSec: 30, connectionTimeoutSec: 300, maxMessageBytes: 1_048_576 },
    });
    expect(parseSocketLimits({ websocket: nested })).toEqual({
      ok: true,
      value: { heartbeatSec: 30, connectionTimeoutSec: null, maxMessageBytes: 8192 },
    });
  });

  test('is null where it says nothing, never zero', () => {
    expect(parseSystemInfo({ version: '1.0.0' })).toEqual({
      ok: true,
      value: { environment: null, memoryMb: null },
    });
    expect(parseConnectionCount({ status: 'healthy' })).toEqual({ ok: true, value: null });
    expect(parseSocketLimits({ timestamp: 'now' })).toEqual({
      ok: true,
      value: { heartbeatSec: null, connectionTimeoutSec: null, maxMessageBytes: null },
    });
  });

  test.for([
    [parseSystemInfo, { memory_mb: '237' }, 'API-BODY'],
    [parseConnectionCount, { metrics: { active_connections: -1 } }, 'HLT-BODY'],
    [parseSocketLimits, [], 'HLT-BODY'],
  ] as const)('breaks a rule when it is of another type', ([parse, body, rule]) => {
    const checked = parse(body);

    expect(checked.ok ? [] : checked.violations.map((found) => found.rule)).toEqual([rule]);
  });
});
