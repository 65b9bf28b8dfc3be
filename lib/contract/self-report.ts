import { z } from 'zod';
import { checkBody, type Checked } from './schema-check.ts';

const systemInfoSchema = z.looseObject({
  version: z.string().optional(),
  environment: z.string().optional(),
  memory_mb: z.number().positive().optional(),
});

/** What the target says about its own process; null where it says nothing. */
export interface SystemInfo {
  readonly environment: string | null;
  /** Memory of the process of the target, in MB. */
  readonly memoryMb: number | null;
}

/** Parses `/api/system/info` (wire-contract.md §1.9). */
export function parseSystemInfo(body: unknown): Checked<SystemInfo> {
  const checked = checkBody(systemInfoSchema, body, 'API-BODY', '/api/system/info');
  if (!checked.ok) return checked;
  return {
    ok: true,
    value: { environment: checked.value.environment ?? null, memoryMb: checked.value.memory_mb ?? null },
  };
}

const socketMetricsSchema = z.looseObject({
  metrics: z.looseObject({ active_connections: z.int().min(0).optional() }).optional(),
});

/** Parses the number of open connections out of `/ws/health` (wire-contract.md §1.10); null where it says none. */
export function parseConnectionCount(body: unknown): Checked<number | null> {
  const checked = checkBody(socketMetricsSchema, body, 'HLT-BODY', '/ws/health');
  if (!checked.ok) return checked;
  return { ok: true, value: checked.value.metrics?.active_connections ?? null };
}

const limitsSchema = z.looseObject({
  heartbeat_interval: z.number().optional(),
  heartbeat_interval_seconds: z.number().optional(),
  connection_timeout: z.number().optional(),
  max_message_size: z.number().optional(),
  max_message_size_bytes: z.number().optional(),
});
const socketConfigSchema = z.looseObject({
  websocket_config: limitsSchema.optional(),
  websocket: z.looseObject({ limits: limitsSchema.optional() }).optional(),
});

/** What the target says about its connections; null where it says nothing. */
export interface SocketLimits {
  readonly heartbeatSec: number | null;
  readonly connectionTimeoutSec: number | null;
  readonly maxMessageBytes: number | null;
}

/** Parses `/ws/config`, in both generations (wire-contract.md §1.10). */
export function parseSocketLimits(body: unknown): Checked<SocketLimits> {
  const checked = checkBody(socketConfigSchema, body, 'HLT-BODY', '/ws/config');
  if (!checked.ok) return checked;
  const limits = checked.value.websocket_config ?? checked.value.websocket?.limits ?? {};
  return {
    ok: true,
    value: {
      heartbeatSec: limits.heartbeat_interval ?? limits.heartbeat_interval_seconds ?? null,
      connectionTimeoutSec: limits.connection_timeout ?? null,
      maxMessageBytes: limits.max_message_size ?? limits.max_message_size_bytes ?? null,
    },
  };
}
